import { expect, test } from 'vitest'
import { excerptOf, masked } from '../../src/decode/mask.ts'

test.each([
  ['an API key', 'use sk-ant-api03-AbCdEfGhIjKlMnOpQrSt please', 'use [token] please'],
  ['a key of ours', 'lk_DJ9T7L71MpASgo4nt8GQE7ERNtHkTiS', '[token]'],
  ['a source host token', 'push with ghp_0123456789abcdefghijABCDEFGHIJ012345 now', 'push with [token] now'],
  ['a cloud key', 'AKIAIOSFODNN7EXAMPLE', '[token]'],
  ['a chat token', 'xoxb-123456789012-abcdefGHIJ', '[token]'],
  ['a JWT', 'jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-DEF_123', 'jwt [token]'],
  ['a long random word', 'the value 9f86d081884c7d659a2feaa0c55ad015 leaked', 'the value [token] leaked'],
  ['a bearer', 'curl -H "Authorization: Bearer abc.def.ghi" x', 'curl -H "Authorization: [secret] x'],
  [
    'a private key',
    'a -----BEGIN RSA PRIVATE KEY-----\nMIIB\nxyz\n-----END RSA PRIVATE KEY----- b',
    'a [private key] b',
  ],
  ['a private key that breaks off', 'a -----BEGIN PRIVATE KEY-----\nMIIBVQ', 'a [private key]'],
  [
    'a password in a URL',
    'postgres://ada:pa%3Ass@db.example.com:5432/app',
    'postgres://[password]@db.example.com:5432/app',
  ],
  ['a password in an assignment', 'DB_PASSWORD="correct horse" npm start', 'DB_PASSWORD=[secret] npm start'],
  ['a password in JSON', '{"password": "hunter2", "a": 1}', '{"password": [secret], "a": 1}'],
  ['a password in a sentence', 'My password is hunter2, help', 'My password is [secret], help'],
  ['a password in Chinese', '我的密码是hunter2，帮我', '我的密码是[secret],帮我'],
  ['a password behind a full-width colon', '密码：猫咪一二三', '密码:[secret]'],
  ['an API key in an assignment', "api_key = 'q-w-e'", 'api_key = [secret]'],
  ['an e-mail', 'write to ada.l+x@example.co.uk.', 'write to [email].'],
  ['an e-mail in Chinese', '邮箱zhang_san@qq.com谢谢', '邮箱[email]'],
  ['an e-mail in full width', 'ada＠example．com', '[email]'],
  ['a phone with country code', 'call +49 (30) 1234-5678 today', 'call [phone] today'],
  ['an American phone', 'call (415) 555-2671 or 415-555-2671', 'call [phone] or [phone]'],
  ['a Chinese mobile', '电话13800138000，谢谢', '电话[phone],谢谢'],
  ['a Chinese mobile with country code and gaps', '+86 138 0013 8000', '[phone]'],
  ['a Chinese mobile in full width', '１３８００１３８０００', '[phone]'],
  ['a Chinese mobile with something invisible in it', '138\u200b0013\u200b8000', '[phone]'],
  ['a Chinese landline', '座机010-62345678转2', '座机[phone]转2'],
  ['an IBAN', 'pay DE89 3704 0044 0532 0130 00 soon', 'pay [iban] soon'],
  ['an IBAN without gaps', 'GB82WEST12345698765432', '[iban]'],
  ['a card', 'card 4111 1111 1111 1111 ok', 'card [card number] ok'],
  ['a Chinese id number', '身份证11010519491231002X。', '身份证[id number]。'],
  ['an American social security number', 'ssn 078-05-1120', 'ssn [id number]'],
  ['an IPv4 address', 'ping 192.168.10.254 now', 'ping [ip address] now'],
  ['an IPv6 address', 'ping 2001:db8::8a2e:370:7334 and fe80::1', 'ping [ip address] and [ip address]'],
  ['a long number', 'order 100200300', 'order [number]'],
])('%s is masked', (_what, text, expected) => {
  expect(masked(text)).toBe(expected)
})

test.each([
  'Write chapter 12 of my novel at 12:30:45 on 2026-11-02.',
  'Version 1.2.3 took 4096 ms; see src/decode/mask.ts:17.',
  'Passwords and tokens in general; std::vector<int> v.',
  '写一首关于密码学的诗,共 12 行。',
])('what is neither stays as it is: %s', (text) => {
  expect(masked(text)).toBe(text)
})

test.each(['4111 1111 1111 1112', 'DE00 3704 0044 0532 0130 00'])(
  'a number whose check digits are wrong is not called a card or an IBAN: %s',
  (text) => {
    expect(masked(text)).not.toMatch(/card|iban/)
  },
)

test('an excerpt is cut after it was masked, so that no half of a secret is left', () => {
  expect(excerptOf('a key sk-ant-api03-AbCdEfGhIjKlMnOpQrSt here', 12)).toBe('a key [toke…')
})

test('an excerpt has at most so many characters, halves none, and holds nothing that a database refuses', () => {
  expect(excerptOf('龙😀龙😀龙', 3)).toBe('龙😀…')
  expect(excerptOf('one  two\n\tthree\0 \ud800', 200)).toBe('one two three \ufffd')
  expect(excerptOf('words', 0)).toBe('')
})

test.each(['a', '1', ' 1', 'a.', '1-', ':', 'eyJaaaaaaaa.', '-----BEGIN PRIVATE KEY-----', 'password is ', 'a@', 'a1'])(
  'the longest text of nothing but %j takes no long time',
  (piece) => {
    const begun = performance.now()
    masked(piece.repeat(65_536 / piece.length))
    expect(performance.now() - begun).toBeLessThan(2000)
  },
)
