/** Whether tests that come in two sizes run in their full one: LANEKEEPER_FULL_SIZE=true. It takes far longer than CI should. */
export const isFullSize: boolean = process.env.LANEKEEPER_FULL_SIZE === 'true'

/** Of a test's two sizes the one that counts now. */
export const sized = <T>(ci: T, full: T): T => (isFullSize ? full : ci)
