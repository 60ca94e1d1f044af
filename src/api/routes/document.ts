import { z } from 'zod'
import { openApi } from '../openapi.ts'
import { type Route, route } from '../route.ts'

/** The route that tells what all routes are, itself included. */
export function documentRoute(others: readonly Route[]): Route {
  const own = route({
    method: 'GET',
    path: '/openapi.json',
    roles: 'anyone',
    summary: 'This document',
    reply: { status: 200, schema: z.looseObject({ openapi: z.string() }) },
    handle: () => document,
  })
  const document: ReturnType<typeof openApi> = openApi([...others, own])
  return own
}
