package road

import "slices"

// ban is a sequence of directed segments, each beginning where the one before ends, that may not be driven in a row.
type ban struct {
	path     []int32
	profiles uint8
}

// understand turns restrictions into bans. What cannot be placed is left out and counted.
func (b *builder) understand() []ban {
	u := understander{builder: b, ways: make(map[int64]int32, len(b.raw.ways))}
	for w := range b.raw.ways {
		u.ways[b.raw.ways[w].id] = int32(w)
	}
	for i := range b.raw.bans {
		if u.place(&b.raw.bans[i]) {
			b.stats.Restrictions++
		} else {
			b.stats.Ignored++
		}
	}
	u.barriers()
	return u.bans
}

// maxMeet bounds the roads that meet at a junction with bans. More are somebody's joke, which would take quadratic room.
const maxMeet = 32

type understander struct {
	*builder
	ways map[int64]int32
	bans []ban
}

func (u *understander) ban(profiles uint8, path ...int32) {
	u.bans = append(u.bans, ban{path: slices.Clone(path), profiles: profiles})
}

// at returns the directed segment of a way that leaves a junction. There has to be exactly one: a way that goes on in both directions
// does not say which is meant.
func (u *understander) at(way int64, junction int32) (int32, bool) {
	w, known := u.ways[way]
	if !known || len(u.out[junction]) > maxMeet {
		return 0, false
	}
	found := int32(-1)
	for _, d := range u.out[junction] {
		if s := u.segments[w]; d/2 >= s[0] && d/2 < s[1] {
			if found >= 0 {
				return 0, false
			}
			found = d
		}
	}
	return found, found >= 0
}

// place a restriction on the roads, if it can be.
func (u *understander) place(r *rawBan) (ok bool) {
	if len(r.via) > 0 {
		return u.viaWays(r)
	}
	at := u.ref(r.node)
	if at < 0 || u.junction[at] < 0 {
		return false
	}
	j := u.junction[at]
	for _, from := range r.from {
		if in, one := u.at(from, j); one && u.turn(r, []int32{in ^ 1}, r.to) {
			ok = true
		}
	}
	return ok
}

// turn bans one of the ways, or all others, behind a path.
func (u *understander) turn(r *rawBan, path []int32, to []int64) bool {
	j := u.head(path[len(path)-1])
	var named []int32
	for _, way := range to {
		if d, ok := u.at(way, j); ok {
			named = append(named, d)
		}
	}
	if r.only && len(named) > 0 {
		u.others(r, path, named...)
		return true
	}
	for _, d := range named {
		u.ban(r.profiles, append(path, d)...)
	}
	return len(named) > 0
}

// others bans all that may follow a path but those named. Turning round is not meant, and stays.
func (u *understander) others(r *rawBan, path []int32, named ...int32) {
	last := path[len(path)-1]
	if len(u.out[u.head(last)]) > maxMeet {
		return
	}
	for _, d := range u.out[u.head(last)] {
		if d != last^1 && !slices.Contains(named, d) {
			u.ban(r.profiles, append(path, d)...)
		}
	}
}

// viaWays follows whole ways from junction to junction.
func (u *understander) viaWays(r *rawBan) (understood bool) {
	for _, from := range r.from {
		w, known := u.ways[from]
		if !known {
			continue
		}
		// The way comes from one of its ends, or from the other.
		s := u.segments[w]
		if s[0] == s[1] {
			continue
		}
		for _, in := range [2]int32{2 * (s[1] - 1), 2*s[0] + 1} {
			path := []int32{in}
			ok := true
			for _, via := range r.via {
				if path, ok = u.follow(path, via); !ok {
					break
				}
			}
			if !ok || !u.turn(r, path, r.to) {
				continue
			}
			understood = true
			for k := 1; r.only && k < len(path); k++ {
				u.others(r, path[:k], path[k])
			}
		}
	}
	return understood
}

// follow a way from where the path ends to the way's other end.
func (u *understander) follow(path []int32, way int64) ([]int32, bool) {
	const most = 64 // segments
	w, known := u.ways[way]
	if !known || u.segments[w][0] == u.segments[w][1] {
		return path, false
	}
	j, s := u.head(path[len(path)-1]), u.segments[w]
	switch {
	case s[1]-s[0] > most:
		return path, false
	case u.begin[s[0]] == j:
		for k := s[0]; k < s[1]; k++ {
			path = append(path, 2*k)
		}
	case u.end[s[1]-1] == j:
		for k := s[1] - 1; k >= s[0]; k-- {
			path = append(path, 2*k+1)
		}
	default:
		return path, false
	}
	for k := range path[1:] {
		if u.head(path[k]) != u.tail(path[k+1]) { // torn by the border of the extract
			return path, false
		}
	}
	return path, true
}

// barriers are junctions where one may come and turn, but not pass.
func (u *understander) barriers() {
	for j, mask := range u.mask {
		if mask == 0 {
			continue
		}
		out := u.out[j]
		if len(out) > maxMeet {
			continue
		}
		for _, back := range out {
			for _, d := range out {
				if d != back {
					u.ban(mask, back^1, d)
				}
			}
		}
	}
}
