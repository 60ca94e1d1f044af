let isQuiet = false

/**
 * kafkajs 2.2.4 plans its next look at held-back requests by `throttledUntil - now`, where `throttledUntil` is -1 as long as no
 * broker throttles: a timer with a hugely negative time, which Node 24 runs after 1 ms and tells on stderr once a process, as
 * TimeoutNegativeWarning. Nothing comes of it, so that one warning is not written; all others are.
 */
export function quietTimers(): void {
  if (isQuiet) return
  isQuiet = true
  const listeners = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name !== 'TimeoutNegativeWarning') for (const listener of listeners) listener(warning)
  })
}
