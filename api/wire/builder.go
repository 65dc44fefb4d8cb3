package wire

import (
	"time"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// builder converts a problem whose structure is sound. Where it finds a fault it goes on with some value that lets the rest be
// checked.
type builder struct {
	*reader
	in *calloutv1.Problem
	// known is what was sent before.
	known *Intake
	out   *model.Problem
	ctx   *Context

	lookups

	// straight tells that a profile needs every location's position.
	straight bool
	// roads are profiles on road networks, cells the pairs of locations that all other matrices have.
	roads []roadProfile
	cells int
	// own lists the matrices that were made for this problem, picked those that handles name.
	own    []*model.Matrix
	picked map[string]*model.Matrix
}

func newBuilder(r *reader, in *calloutv1.Problem, known *Intake) *builder {
	out := new(model.Problem)
	return &builder{
		reader: r, in: in, out: out, known: known,
		lookups: lookups{
			skills:       newNames[model.SkillIdx](&out.Skills),
			certificates: newNames[model.CertIdx](&out.Certificates),
			tools:        newNames[model.ToolIdx](&out.Tools),
			skus:         newNames[model.SKUIdx](&out.SKUs),
			tiers:        newNames[model.TierIdx](&out.Tiers),
		},
	}
}

func (b *builder) build() {
	shifts := 0
	for _, t := range b.in.GetTechnicians() {
		shifts += len(t.GetShifts())
	}
	if shifts > b.lim.Shifts {
		b.fault("technicians", TooMany, "%d shifts are more than %d", shifts, b.lim.Shifts)
		return
	}
	b.ctx = &Context{Currency: b.in.GetCurrencyCode(), problem: b.out, lim: b.lim}
	b.locations = index[model.LocIdx](b, "locations", b.in.GetLocations())
	b.profiles = index[model.ProfileIdx](b, "profiles", b.in.GetProfiles())
	b.technicians = index[model.TechIdx](b, "technicians", b.in.GetTechnicians())
	b.ctx.jobs = index[model.JobIdx](b, "jobs", b.in.GetJobs())
	b.ctx.nodes = index[model.NodeIdx](b, "nodes", b.in.GetNodes())
	b.horizon()
	b.objective()
	b.readLocations()
	b.readProfiles()
	b.readTechnicians(shifts)
	b.tiers.number("") // NoTier
	b.readNodes()
	b.readInbound()
	b.readLanes()
	b.readJobs()
	b.readSizes()
	b.ctx.Epoch = time.Unix(b.epoch, 0).UTC()
	b.ctx.skus, b.ctx.tools, b.ctx.tiers = b.skus.index, b.tools.index, b.tiers.index
	read := b.lookups
	b.ctx.read = &read
	if b.ok() {
		b.ride()
	}
	if b.ok() {
		b.ctx.reach = b.measure()
		b.bound()
	}
	if b.ok() {
		b.share()
	}
}

// identified is a message with an id.
type identified interface{ GetId() string }

// index checks the ids of a list and gives each its place.
func index[I ~int32, M identified](b *builder, field string, list []M) map[string]I {
	places := make(map[string]I, len(list))
	for i, m := range list {
		id := m.GetId()
		if id == "" {
			b.fault(element(field, i)+".id", Required, "must be set")
			continue
		}
		if first, twice := places[id]; twice {
			b.fault(element(field, i)+".id", Duplicate, "%s is the id of %s[%d] too", quote(id), field, first)
			continue
		}
		places[id] = I(i)
	}
	return places
}

// refer looks up the id in a field; an unknown one gives 0.
func refer[I ~int32](b *builder, field, id, kind string, places map[string]I) I {
	if id == "" {
		b.fault(field, Required, "must name a %s", kind)
		return 0
	}
	i, known := places[id]
	if !known {
		b.fault(field, UnknownID, "there is no %s %s", kind, quote(id))
	}
	return i
}

// names are strings that are numbered in the order in which they are first seen.
type names[I ~int32] struct {
	index map[string]I
	list  *[]string
}

func newNames[I ~int32](list *[]string) names[I] {
	return names[I]{make(map[string]I), list}
}

func (n *names[I]) number(s string) I {
	i, known := n.index[s]
	if !known {
		i = I(len(*n.list))
		n.index[s] = i
		*n.list = append(*n.list, s)
	}
	return i
}

// cut forgets the names from a number on.
func (n *names[I]) cut(to int) {
	for _, s := range (*n.list)[to:] {
		delete(n.index, s)
	}
	*n.list = (*n.list)[:to:to]
}

// numberAll numbers a list of names, each of which may occur once.
func numberAll[I ~int32](b *builder, field string, list []string, n *names[I]) []I {
	if len(list) == 0 {
		return nil
	}
	out := make([]I, 0, len(list))
	seen := make(map[string]bool, len(list))
	for i, s := range list {
		switch {
		case s == "":
			b.fault(element(field, i), Required, "must not be empty")
		case seen[s]:
			b.fault(element(field, i), Duplicate, "%s is listed before", quote(s))
		default:
			seen[s] = true
			out = append(out, n.number(s))
		}
	}
	return out
}
