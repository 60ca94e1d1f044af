/**
 * 32 bits of hash over UTF-16 units: FNV-1a with murmur3's finalizer, so that every bit depends on every unit.
 * Another odd `multiplier` gives an independent hash.
 */
export function hash32(text: string, multiplier = 0x01000193): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), multiplier)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
