package wire

import (
	"regexp"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"callout/solver/model"
)

// zoneName is the shape of the names in the IANA database. It keeps strange strings away from the file system.
var zoneName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$`)

func (b *builder) readLocations() {
	list := b.in.GetLocations()
	b.out.Locations = make([]model.Location, len(list))
	b.ctx.Zones = make([]*time.Location, len(list))
	zones := map[string]*time.Location{"": time.UTC}
	for i, in := range list {
		b.enterAt("locations", i)
		l := &b.out.Locations[i]
		l.ID = in.GetId()
		if p := in.GetPosition(); p != nil {
			l.HasCoord = true
			b.enter("position")
			l.Lat = b.number("latitude", p.GetLatitude(), -90, 90)
			l.Lon = b.number("longitude", p.GetLongitude(), -180, 180)
			b.leave()
		}
		b.ctx.Zones[i] = b.zone(in.GetTimeZone(), zones)
		b.leave()
	}
}

// zone looks up a time zone. Reading one is slow: each name is looked up once, and only so many.
func (b *builder) zone(name string, known map[string]*time.Location) *time.Location {
	z, seen := known[name]
	if !seen {
		if len(known) > b.lim.TimeZones {
			b.fault("time_zone", TooMany, "there are more than %d different time zones", b.lim.TimeZones)
			return time.UTC
		}
		if zoneName.MatchString(name) && name != "Local" && len(name) <= 64 {
			z, _ = time.LoadLocation(name)
		}
		known[name] = z
	}
	if z == nil {
		b.fault("time_zone", InvalidZone, "%s is not in the IANA database", quote(name))
		return time.UTC
	}
	return z
}

// needPositions reports every location without a position. why tells what needs it.
func (b *builder) needPositions(why string) {
	for i := range b.out.Locations {
		if !b.out.Locations[i].HasCoord {
			b.needPosition(model.LocIdx(i), why)
		}
	}
}

func (b *builder) needPosition(i model.LocIdx, why string) {
	b.enterAt("locations", int(i))
	b.fault("position", Required, "must be set: %s", why)
	b.leave()
}
