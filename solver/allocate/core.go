package allocate

import "callout/solver/stock"

const (
	proofSlack = 0.03 // what subnets of the proof reach beyond what units are worth
	coreSlack  = 0.06 // the same of the search, with what departures cost by the proof's prices
)

// core cuts the subnets back to what the prices of the proof say: its own to what no price of a departure could make attractive, the
// search's to what is attractive at the prices at hand.
func (s *solver) core() {
	c, u := s.c, s.dual
	cores := make([]*subnet, len(c.Demands))
	first := s.cores == 1
	u.keep = func(sku int32, t *transport) {
		demands, lots := c.demands[sku], c.lots[sku]
		b := s.lookers[0]
		if u.stop.Load() {
			return
		}
		price := make([]stock.Cost, len(lots))
		t.scarcity(price)
		label := make([]stock.Cost, len(lots))
		for k, d := range demands {
			net := u.nets[d]
			worth := t.loss[k]
			for l := range lots {
				if price[l] < inf {
					worth = min(worth, t.cost[k][l]+price[l])
				}
			}
			for l := range lots {
				label[l] = min(inf, price[l]+net.lots[l].brk)
			}
			u.arc = resize(u.arc, len(net.dep))
			for a, dep := range net.dep {
				u.arc[a] = c.unit[dep] + u.w[d][a]
			}
			cores[d] = b.narrow(net, worth+stock.Cost(coreSlack*float64(worth))+1, u.arc, label)
			if first {
				s.worth[d] = worth + stock.Cost(proofSlack*float64(worth)) + 1
			}
		}
		if first {
			copy(s.price[sku], price)
			for _, d := range demands {
				s.narrow(d)
			}
		}
	}
	complete := u.evaluate()
	u.keep = nil
	u.used, u.tight = u.used[:0], u.tight[:0] // they are of the subnets before
	if complete {
		s.search.nets = cores
	}
}
