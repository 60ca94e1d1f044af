import type { Route } from '../route.ts'
import { accountRoutes } from './accounts.ts'
import { appealRoutes } from './appeals.ts'
import { banRoutes } from './bans.ts'
import { capacityRoutes } from './capacity.ts'
import { checkRoutes } from './check.ts'
import { documentRoute } from './document.ts'
import { entitlementRoutes } from './entitlements.ts'
import { eventRoutes } from './events.ts'
import { healthRoutes } from './health.ts'
import { ruleRoutes } from './rules.ts'

const described: readonly Route[] = [
  ...eventRoutes,
  ...checkRoutes,
  ...entitlementRoutes,
  ...capacityRoutes,
  ...accountRoutes,
  ...banRoutes,
  ...appealRoutes,
  ...ruleRoutes,
  ...healthRoutes,
]

/** Every endpoint, in the order of the document that describes them. */
export const routes: readonly Route[] = [...described, documentRoute(described)]
