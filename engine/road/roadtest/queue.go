package roadtest

import "container/heap"

// Queue hands out values by the least key: for plain searches that judge quick ones.
type Queue[T any] struct{ h keyed[T] }

// Len is the number of values in the queue.
func (q *Queue[T]) Len() int { return len(q.h) }

// Push a value.
func (q *Queue[T]) Push(key int64, value T) { heap.Push(&q.h, pair[T]{key, value}) }

// Pop the value of the least key.
func (q *Queue[T]) Pop() (key int64, value T) {
	p, _ := heap.Pop(&q.h).(pair[T]) // nothing else is in there
	return p.key, p.value
}

type pair[T any] struct {
	key   int64
	value T
}

type keyed[T any] []pair[T]

func (k keyed[T]) Len() int           { return len(k) }
func (k keyed[T]) Less(i, j int) bool { return k[i].key < k[j].key }
func (k keyed[T]) Swap(i, j int)      { k[i], k[j] = k[j], k[i] }

func (k *keyed[T]) Push(x any) {
	p, _ := x.(pair[T]) // nothing else is put in
	*k = append(*k, p)
}

func (k *keyed[T]) Pop() any {
	last := (*k)[len(*k)-1]
	*k = (*k)[:len(*k)-1]
	return last
}
