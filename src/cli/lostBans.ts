import type { KeyObject } from 'node:crypto'
import type { Deps } from '../api/deps.ts'
import type { Db } from '../db.ts'
import { markersOfOtherKeys } from '../persist/banMarkers.ts'

/** Says in the log how many bans of erased accounts this server cannot recognise, for want of the key that they were kept with. */
export async function warnOfLostBans(
  db: Db,
  erasureKey: KeyObject | undefined,
  logger: NonNullable<Deps['logger']>,
): Promise<void> {
  const markers = await markersOfOtherKeys(db, erasureKey)
  if (markers > 0)
    logger.warn(
      { markers },
      'bans of erased accounts are not recognised: they were kept with another LANEKEEPER_ERASURE_KEY',
    )
}
