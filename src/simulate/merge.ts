/**
 * Merges sources that are each in order of time into one that is: a binary heap of their next items, so that memory grows with
 * the number of sources only. At equal times the earlier source comes first.
 */
export function* merge<T extends { time: number }>(sources: Iterable<Iterator<T>>): Generator<T> {
  const heap: Head<T>[] = []
  let index = 0
  for (const source of sources) {
    const { value, done } = source.next()
    if (!done) heap.push({ item: value, source, index: index++ })
  }
  for (let place = heap.length >> 1; place >= 0; place--) sink(heap, place)
  while (heap.length > 0) {
    const head = heap[0]!
    yield head.item
    const { value, done } = head.source.next()
    if (!done) head.item = value
    else {
      const last = heap.pop()!
      if (last !== head) heap[0] = last
    }
    sink(heap, 0)
  }
}

interface Head<T> {
  item: T
  source: Iterator<T>
  index: number
}

function sink<T extends { time: number }>(heap: Head<T>[], from: number): void {
  for (let place = from; ; ) {
    let first = place
    for (const child of [2 * place + 1, 2 * place + 2])
      if (child < heap.length && isBefore(heap[child]!, heap[first]!)) first = child
    if (first === place) return
    const held = heap[place]!
    heap[place] = heap[first]!
    heap[first] = held
    place = first
  }
}

const isBefore = <T extends { time: number }>(a: Head<T>, b: Head<T>) =>
  a.item.time < b.item.time || (a.item.time === b.item.time && a.index < b.index)
