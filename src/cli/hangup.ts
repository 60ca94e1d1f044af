import type { Deps, Reloaded } from '../api/deps.ts'

type Logger = NonNullable<Deps['logger']>

/** Reads the rules again at every SIGHUP, which would end the process otherwise, and logs what became of it. */
export function onHangup(reload: () => Promise<Reloaded>, logger: Logger): void {
  process.on('SIGHUP', () => {
    reload().then(
      (reloaded) => told(reloaded, logger),
      (error) => logger.error({ err: error }, 'the rules could not be reloaded'),
    )
  })
}

function told(reloaded: Reloaded, logger: Logger): void {
  if (reloaded.outcome === 'refused') {
    for (const { message, ...where } of reloaded.problems) logger.error(where, message)
    logger.error(`the rules stay as they were: ${reloaded.why}`)
  } else {
    const { outcome, version, effectiveFrom } = reloaded
    logger.info({ version, effectiveFrom: new Date(effectiveFrom).toISOString() }, `rules ${outcome}`)
  }
}
