package allocate

import (
	"math/bits"
	"slices"

	"callout/solver/stock"
)

// widen takes larger subnets for some demands; prices of departures that both have stay.
func (u *dual) widen(d int32, net *subnet) {
	old, w, moved := u.nets[d], u.w[d], u.moved[d]
	u.nets[d] = net
	u.w[d], u.moved[d] = make([]stock.Cost, len(net.dep)), make([]float32, len(net.dep))
	u.limit(net)
	k := 0
	for a, dep := range net.dep { // both have the latest first
		for ; k < len(old.dep) && old.dep[k] > dep; k++ {
			u.withdraw(d, old.dep[k])
		}
		if k < len(old.dep) && old.dep[k] == dep {
			u.w[d][a], u.moved[d][a] = w[k]*stock.Cost(old.most[k])/stock.Cost(net.most[a]), moved[k]
			for i := range u.bids[dep] {
				if x := &u.bids[dep][i]; x.demand == d {
					x.arc = int32(a)
				}
			}
			k++
		}
	}
	for ; k < len(old.dep); k++ {
		u.withdraw(d, old.dep[k])
	}
}

// limit fills in how many units of its demand each arc of a subnet can carry at most: those of the lots from where it can be reached.
func (u *dual) limit(net *subnet) {
	qty := u.c.Demands[net.demand].Qty
	net.most = make([]int32, len(net.dep))
	if len(net.lots) > 64 {
		for a := range net.most {
			net.most[a] = int32(qty)
		}
		return
	}
	u.from = resize(u.from, len(net.dep))
	clear(u.from)
	for l := range net.lots {
		if o := &net.lots[l]; o.start != none {
			u.from[o.start] |= 1 << l
		}
	}
	for a := len(net.dep) - 1; a >= 0; a-- {
		set := u.from[a]
		if p := net.prev[a]; p != none {
			u.from[p] |= set
		}
		if p := net.next[a]; p != none {
			u.from[p] |= set
		}
		var sum int64
		for ; set != 0 && sum < qty; set &= set - 1 {
			sum += u.c.Lots[net.lots[bits.TrailingZeros64(set)].lot].Qty
		}
		net.most[a] = int32(max(1, min(qty, sum)))
	}
}

// withdraw takes a bid back.
func (u *dual) withdraw(d, dep int32) {
	u.bids[dep] = slices.DeleteFunc(u.bids[dep], func(b bid) bool { return b.demand == d })
}
