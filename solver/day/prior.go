package day

import "callout/solver/model"

// priorOf is the job that stood before one when the last event came, as the problem as of now has it: whoever is a fact is behind the
// anchor of his shift, and where one was cancelled, the one before it counts.
func (d *Day) priorOf(j model.JobIdx) model.JobIdx {
	b := d.jobs[j].prior
	for !d.Anchor(b) && d.jobs[b].phase == finished { // what was cancelled was ahead then: its own is as old, or older
		b = d.jobs[b].prior
	}
	if !d.Anchor(b) && d.jobs[b].phase == behind {
		b = model.JobIdx(d.jobs[b].shift)
	}
	if d.Anchor(b) {
		if s := &d.shifts[b]; !s.begun() || d.over(s) || d.ended(s) {
			return model.NoJob
		}
	}
	return b
}

// keptNow is where a job was when the last event came, as the problem as of now has it.
func (d *Day) keptNow(j model.JobIdx) *model.Kept {
	kept := d.jobs[j].kept
	if kept == nil || kept.Resequence == 0 {
		return kept
	}
	now := *kept
	now.Before = d.priorOf(j)
	return &now
}

// reprior notes jobs before which another one stands in the problem as of now, as something became a fact or is none any more.
func (d *Day) reprior() {
	if d.cfg.Resequence == 0 {
		return
	}
	for j := len(d.shifts); j < d.used; j++ {
		now := d.asOf.Jobs[j].Kept
		if now != nil && now.Resequence != 0 && d.jobs[j].kept != nil && now.Before != d.priorOf(model.JobIdx(j)) {
			d.pending.Kept = append(d.pending.Kept, int32(j))
		}
	}
}
