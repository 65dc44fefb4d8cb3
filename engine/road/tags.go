package road

import (
	"math"
	"strconv"
	"strings"

	"callout/engine/road/osm"
)

// speeds of a way by profile, along it and against, in tenths of km/h; 0 is closed.
type speeds [profiles][2]uint16

func (s *speeds) any() bool { return *s != speeds{} }

// modes are the keys of access that speak of a profile, the most special first.
var modes = [profiles][]string{
	Car:     {"motorcar", "motor_vehicle", "vehicle", "access"},
	Van:     {"goods", "motor_vehicle", "vehicle", "access"},
	Bicycle: {"bicycle", "vehicle", "access"},
	Foot:    {"foot", "access"},
}

// access is what signs say.
type access uint8

const (
	unsaid access = iota
	closed
	open
	slowly // who has business there: open, but not a way through
	pushed // bicycles
)

var accesses = map[string]access{
	"no": closed, "private": closed, "agricultural": closed, "forestry": closed, "agricultural;forestry": closed, "military": closed,
	"emergency": closed, "restricted": closed, "psv": closed, "bus": closed, "residents": closed, "permit": closed, "use_sidepath": closed,
	"yes": open, "designated": open, "permissive": open, "official": open, "public": open, "discouraged": open, "optional_sidepath": open,
	"destination": slowly, "customers": slowly, "delivery": slowly, "dismount": pushed,
}

// said about a profile, in a direction (":forward", ":backward"). A word that is not known says nothing.
func said(t osm.Tags, p Profile, direction string) access {
	for _, key := range modes[p] {
		for _, k := range [2]string{key + direction, key} {
			value := t.Get(k)
			a := accesses[value]
			switch {
			case a == unsaid:
				continue
			case value == "delivery" && p == Van:
				return open
			default:
				return a
			}
		}
	}
	return unsaid
}

// classOf a way, if it is a road at all.
func classOf(t osm.Tags) (Class, bool) {
	value := t.Get("highway")
	switch value {
	case "":
		if t.Get("route") == "ferry" {
			return Ferry, true
		}
		return 0, false
	case "road": // nobody knows yet
		return Unclassified, true
	case "corridor":
		return Footway, true
	}
	c, err := ParseClass(value)
	return c, err == nil && c != Ferry
}

// read what the tags of a way say about how fast it is for whom.
func read(t osm.Tags) (c Class, s speeds) {
	c, ok := classOf(t)
	if !ok || t.Get("service") == "emergency_access" || t.Get("ice_road") == "yes" || t.Get("impassable") == "yes" {
		return c, s
	}
	for p := range Profile(profiles) {
		along, against := oneway(t, c, p)
		for dir, allowed := range [2]bool{along, against} {
			if allowed {
				s[p][dir] = speed(t, c, p, [2]string{":forward", ":backward"}[dir])
			}
		}
	}
	return c, s
}

// oneway says in which directions a profile may go, if at all.
func oneway(t osm.Tags, c Class, p Profile) (along, against bool) {
	value := t.Get("oneway")
	if value == "" && (c == Motorway || t.Get("junction") == "roundabout" || t.Get("junction") == "circular") {
		value = "yes"
	}
	switch p {
	case Foot:
		value = t.Get("oneway:foot")
	case Bicycle:
		if own := t.Get("oneway:bicycle"); own != "" {
			value = own
		} else if value != "" {
			for _, k := range [...]string{"cycleway", "cycleway:left", "cycleway:right", "cycleway:both"} {
				if v := t.Get(k); strings.HasPrefix(v, "opposite") || (v != "" && v != "no" && t.Get(k+":oneway") == "no") {
					value = "no"
				}
			}
		}
	case Car, Van:
	}
	switch value {
	case "yes", "true", "1":
		return true, false
	case "-1", "reverse":
		return false, true
	case "reversible":
		return false, false
	default:
		return true, true
	}
}

// speed on a way in a direction, 0 where a profile may not go.
func speed(t osm.Tags, c Class, p Profile, direction string) uint16 {
	sign := said(t, p, direction)
	usual := &paces[c]
	kmh := 0.0
	switch p {
	case Car:
		kmh = float64(usual.car)
	case Van:
		kmh = float64(usual.van)
	case Bicycle:
		kmh = float64(usual.bike)
	case Foot:
		return walk(t, c, sign)
	}
	if sign == closed || t.Get("smoothness") == "impassable" || p == Van && tooNarrow(t) {
		return 0
	}
	if kmh == 0 || t.Get("motorroad") == "yes" && p == Bicycle || t.Get("area") == "yes" && p != Bicycle {
		if sign == unsaid {
			return 0
		}
		kmh = max(kmh, onForce)
	}
	if p == Bicycle {
		return tenths(ride(t, c, sign, kmh))
	}
	if limit := limit(t, direction); limit > 0 {
		reached := limit * toLimit / 100
		if usual.byRule {
			reached = min(reached, kmh)
		}
		kmh = reached
	}
	most := float64(carMost)
	if p == Van {
		most = vanMost
	}
	kmh = min(kmh, most, rough(t, 0))
	if sign == slowly && c != Service {
		kmh /= 2
	}
	return tenths(kmh)
}

// walk ignores everything but whether one may.
func walk(t osm.Tags, c Class, sign access) uint16 {
	side := t.Get("sidewalk")
	beside := side == "both" || side == "left" || side == "right" || side == "yes"
	switch {
	case sign == closed, sign == unsaid && !beside && (!paces[c].foot || t.Get("motorroad") == "yes"):
		return 0
	case c == Steps:
		return tenths(stairs)
	case c == Ferry:
		return tenths(float64(paces[Ferry].car))
	default:
		return tenths(walking)
	}
}

// ride a bicycle, or push it.
func ride(t osm.Tags, c Class, sign access, kmh float64) float64 {
	switch {
	case sign == pushed:
		return walking
	case (c == Footway || c == Pedestrian) && sign == open:
		kmh = 14
	case c == Path && sign == open:
		kmh = 16
	}
	return min(kmh, rough(t, 1))
}

// rough returns what surface and track allow, by car (0) or bicycle (1).
func rough(t osm.Tags, by int) float64 {
	most := 200.0
	if s, ok := surfaces[t.Get("surface")]; ok {
		most = float64(s[by])
	}
	if s, ok := tracks[t.Get("tracktype")]; ok {
		most = min(most, float64(s[by]))
	}
	return most
}

// tooNarrow for a van of 2.6 m height, 2.1 m width and 3.5 t.
func tooNarrow(t osm.Tags) bool {
	for key, need := range map[string]float64{"maxheight": 2.6, "maxwidth": 2.1, "maxweight": 3.5} {
		number := strings.TrimSpace(strings.TrimRight(t.Get(key), " tm"))
		if v, err := strconv.ParseFloat(number, 64); err == nil && v > 0 && v < need {
			return true
		}
	}
	return false
}

// limit of speed in km/h, 0 if there is none that can be read.
func limit(t osm.Tags, direction string) float64 {
	value := t.Get("maxspeed" + direction)
	if value == "" {
		value = t.Get("maxspeed")
	}
	if value == "" {
		value = t.Get("maxspeed:type")
	}
	switch {
	case value == "":
		return 0
	case value == "none":
		return carMost * 100.0 / toLimit
	case value == "walk", strings.HasSuffix(value, ":living_street"):
		return 8
	case strings.HasSuffix(value, ":urban"):
		return 50
	case strings.HasSuffix(value, ":rural"):
		return 90
	case strings.HasSuffix(value, ":trunk"):
		return 100
	case strings.HasSuffix(value, ":motorway"):
		return 120
	}
	if at := strings.LastIndexAny(value, ":e"); at >= 0 { // DE:zone:30, zone30
		value = value[at+1:]
	}
	number, mph := strings.CutSuffix(value, "mph")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if mph {
		v *= 1.609344
	}
	if err != nil || !(v >= 3 && v <= 250) {
		return 0
	}
	return v
}

func tenths(kmh float64) uint16 { return uint16(math.Round(10 * kmh)) }

// duration of a ferry in seconds, 0 if it is not said: minutes, h:mm or h:mm:ss.
func duration(t osm.Tags) int32 {
	value := t.Get("duration")
	parts := strings.Split(value, ":")
	if value == "" || len(parts) > 3 {
		return 0
	}
	total := 0
	for _, part := range parts {
		v, err := strconv.Atoi(part)
		if err != nil || v < 0 || v > 10000 {
			return 0
		}
		total = 60*total + v
	}
	if len(parts) < 3 {
		total *= 60
	}
	return int32(min(total, 7*24*3600))
}

// passable barriers are those that a profile gets through without a sign; all others end a road for it.
var passable = map[string][profiles]bool{
	"gate": {true, true, true, true}, "lift_gate": {true, true, true, true}, "swing_gate": {true, true, true, true},
	"sliding_gate": {true, true, true, true}, "entrance": {true, true, true, true}, "toll_booth": {true, true, true, true},
	"border_control": {true, true, true, true}, "cattle_grid": {true, true, true, true}, "sally_port": {true, true, true, true},
	"no": {true, true, true, true}, "kerb": {true, true, true, true}, "hampshire_gate": {true, true, true, true},
	"bump_gate": {true, true, true, true}, "rope": {true, true, true, true}, "height_restrictor": {true, false, true, true},
	"width_restrictor": {true, false, true, true}, "bollard": {false, false, true, true}, "cycle_barrier": {false, false, true, true},
	"block": {false, false, true, true}, "chain": {false, false, true, true}, "bus_trap": {false, false, true, true},
	"sump_buster": {false, false, true, true}, "log": {false, false, true, true}, "planter": {false, false, true, true},
	"motorcycle_barrier": {false, false, true, true}, "kissing_gate": {false, false, false, true}, "stile": {false, false, false, true},
	"turnstile": {false, false, false, true}, "full-height_turnstile": {false, false, false, true}, "debris": {false, false, true, true},
	"jersey_barrier": {false, false, true, true},
}

// blocked returns a bit for each profile that a node does not let through.
func blocked(t osm.Tags) (mask uint8) {
	barrier := t.Get("barrier")
	if barrier == "" {
		return 0 // what a crossing or a shop says of access is not about the road
	}
	for p := range Profile(profiles) {
		sign := said(t, p, "")
		through := sign != closed
		if sign == unsaid {
			through = passable[barrier][p]
		}
		if p == Van && tooNarrow(t) {
			through = false
		}
		if !through {
			mask |= 1 << p
		}
	}
	return mask
}
