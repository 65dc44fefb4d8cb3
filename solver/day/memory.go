package day

// memory keeps the ids of the last events.
type memory struct {
	ids  map[string]bool
	ring []string
	next int
}

// remembered is how many ids are kept.
const remembered = 4096

func newMemory() *memory { return &memory{ids: make(map[string]bool)} }

func (m *memory) add(id string) {
	if m.ids[id] {
		return
	}
	m.ids[id] = true
	if len(m.ring) < remembered {
		m.ring = append(m.ring, id)
		return
	}
	delete(m.ids, m.ring[m.next])
	m.ring[m.next] = id
	m.next = (m.next + 1) % remembered
}

// last are up to n ids, the oldest first.
func (m *memory) last(n int) []string {
	all := append(append([]string(nil), m.ring[m.next:]...), m.ring[:m.next]...)
	return all[max(0, len(all)-n):]
}

// Seen tells whether an event was applied, as far as that is remembered.
func (d *Day) Seen(id string) bool { return d.seen.ids[id] }

// Remember an event that was applied elsewhere.
func (d *Day) Remember(id string) { d.seen.add(id) }

// Remembered are the last n events that were applied, the oldest first.
func (d *Day) Remembered(n int) []string { return d.seen.last(n) }
