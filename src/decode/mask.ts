/** One kind of secret or personal data: how it looks, what stands in its place, and which of what looks so is meant. */
interface Kind {
  looks: RegExp
  as: string | ((...found: string[]) => string)
  isMeant?: (found: string) => boolean
}

const SECRET_NAMES =
  'pass(?:word|wd|phrase|code)?|pwd|secret|token|api[_ -]?key|access[_ -]?key|private[_ -]?key|auth(?:orization)?|credentials?|cookie|密码|口令|密钥|秘钥|令牌|验证码'
const BETWEEN = '["\'`]?\\s*(?:=>|:=|[:=]|\\bis\\b|\\bequals\\b|是|为)\\s*'
const VALUE = '"[^"\\n]*"?|\'[^\'\\n]*\'?|`[^`\\n]*`?|(?:Bearer|Basic|Token|Digest)\\s+\\S+|[^\\s,;，。；、]+'

/** In this order: what is longest and surest first. None of them looks back over more than a bounded run. */
const KINDS: readonly Kind[] = [
  {
    looks: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,60}-----|$)/g,
    as: '[private key]',
  },
  { looks: /\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g, as: '[token]' },
  {
    looks: /\b([a-z][a-z0-9+.-]{1,30}:\/\/)[^\s/@]{0,256}:[^\s@]{1,256}@/gi,
    as: (_, scheme) => `${scheme}[password]@`,
  },
  {
    looks:
      /(?<![A-Za-z0-9])(?:sk|pk|rk|lk)[-_][\w-]{16,}|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bxox[a-z]-[\w-]{10,}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{30,}|\bya29\.[\w-]{16,}|\b(?:npm|hf|shpat|shpss|dop_v1)_\w{16,}|\bpypi-[\w-]{16,}|\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
    as: '[token]',
  },
  { looks: /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, as: (_, scheme) => `${scheme} [token]` },
  {
    looks: new RegExp(`((?:${SECRET_NAMES})${BETWEEN})(?:${VALUE})`, 'gi'),
    as: (_, named) => `${named}[secret]`,
  },
  { looks: /[\w.%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu, as: '[email]' },
  { looks: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}[A-Z0-9]{11,30}(?![A-Za-z0-9])/gi, as: '[iban]', isMeant: isIban },
  {
    looks: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?(?![A-Za-z0-9])/g,
    as: '[iban]',
    isMeant: isIban,
  },
  { looks: /(?<!\d)\d{17}[\dX](?![\dA-Za-z])/gi, as: '[id number]' },
  { looks: /(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g, as: '[card number]', isMeant: isLuhn },
  { looks: /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)/g, as: '[ip address]', isMeant: isIpV4 },
  { looks: /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi, as: '[ip address]', isMeant: isIpV6 },
  { looks: /(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)/g, as: '[phone]' },
  { looks: /\+\d{1,3}(?:[ .()/-]{0,3}\d){6,13}(?!\d)/g, as: '[phone]' },
  { looks: /(?<![\d-])(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\d-])/g, as: '[phone]' },
  { looks: /(?<![\d-])\(?0\d{2,4}\)?[- /]?\d{6,8}(?!\d)/g, as: '[phone]' },
  { looks: /(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])/g, as: '[id number]' },
  { looks: /(?<![\w+=-])(?=[A-Za-z_+=-]*\d)(?=[\d_+=-]*[A-Za-z])[\w+=-]{24,}/g, as: '[token]' },
  { looks: /\d{9,}/g, as: '[number]' },
]

/**
 * The text with secrets and personal data masked, in any width of characters and with invisible ones removed. It errs on the side of
 * masking: what merely looks like a secret goes too.
 */
export const masked = (text: string): string =>
  KINDS.reduce((rest, { looks, as, isMeant }) => {
    return rest.replace(looks, (...found: string[]) => {
      if (isMeant && !isMeant(found[0]!)) return found[0]!
      return typeof as === 'string' ? as : as(...found)
    })
  }, plain(text))

/** What a person may read of a text: masked as a whole first, then cut, so that no cut leaves half a secret unrecognised. */
export function excerptOf(text: string, maxCharacters: number): string {
  const characters = [...masked(text).replaceAll(/\s+/g, ' ').trim()]
  return characters.length > maxCharacters
    ? `${characters.slice(0, Math.max(0, maxCharacters - 1)).join('')}${maxCharacters > 0 ? '…' : ''}`
    : characters.join('')
}

/** Full-width digits are digits, and nothing invisible parts the figures of a number. */
const plain = (text: string): string =>
  text
    .toWellFormed()
    .normalize('NFKC')
    .replaceAll(/[\p{Cf}\0]/gu, '')

function isLuhn(found: string): boolean {
  const digits = [...found].filter((one) => one >= '0' && one <= '9').map(Number)
  const sum = digits.toReversed().reduce((total, digit, place) => {
    const doubled = digit * 2
    return total + (place % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0
}

function isIban(found: string): boolean {
  const compact = found.replaceAll(' ', '').toUpperCase()
  const digits = `${compact.slice(4)}${compact.slice(0, 4)}`.replaceAll(/[A-Z]/g, (letter) =>
    String(letter.charCodeAt(0) - 55),
  )
  return [...digits].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1
}

function isIpV4(found: string): boolean {
  return found.split('.').every((part) => Number(part) <= 255)
}

/** `12:30:45` is a time, not an address. */
function isIpV6(found: string): boolean {
  return /[0-9a-f]/i.test(found) && (found.includes('::') || found.split(':').length === 8)
}
