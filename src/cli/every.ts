/** Runs something again and again, a while after each end; returns how to stop it, which waits for the run that goes on. */
export function every(ms: number, run: () => Promise<unknown>, failed: (error: unknown) => void): () => Promise<void> {
  let running: Promise<unknown> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  const again = () => {
    running = run().catch(failed)
    void running.then(() => {
      if (timer) timer = setTimeout(again, ms)
    })
  }
  timer = setTimeout(again, ms)
  return async () => {
    clearTimeout(timer)
    timer = undefined
    await running
  }
}
