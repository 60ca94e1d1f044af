import { atLeast, type Detector, different, has } from './sample.ts'

/*
 * Patterns here and beside begin at a word or line boundary and repeat nothing without bound but single classes, so that each
 * takes time in proportion to the text.
 */

const EXTENSIONS =
  'tsx?|jsx?|mjs|cjs|py|ipynb|java|kt|kts|go|rs|rb|php|cs|cpp|cc|hpp|swift|scala|vue|svelte|dart|lua|sql|sh|ps1|ya?ml|toml|json|xml|html|s?css|gradle|proto|tf|env|ini|cfg|conf|lock|log|sln|csproj|ex|exs|erl|hs|zig|graphql|prisma'

/** One of these is enough, for nobody else says them. */
const UNMISTAKABLE =
  /\b(?:apis?|endpoints?|sql|refactor\w{0,3}|merge conflict|rebase|backend|front-?end|unit tests?|integration tests?|test suite|compiler|regex|middleware|docker\w{0,7}|kubernetes|k8s|ci\/cd|typescript|javascript|python|golang|spring boot|node\.?js|css|html|json|yaml|npm|github|gitlab|null pointer|stack overflow|segfault|codebase|source code|linter|eslint|webhooks?|oauth|jwt|localhost|csv|linked list|binary tree|dataframe|pandas|numpy|postgres\w{0,3}|mysql|redis|mongodb|kafka|terraform|nginx|webpack|vite|django|flask|fastapi|rails|laravel|graphql|grpc|websockets?|c\+\+|dockerfile|shell script|bash|powershell|vim|cron ?jobs?|async|stdin|stdout|utf-?8|cors|crud|ide)\b|函数|接口|代码|数据库|报错|单元测试|单测|前端|后端|编译|重构|爬虫|链表|二叉树|编程|脚本|bug/i

/** Of these it takes three. */
const TECHNICAL =
  /\b(?:databases?|quer(?:y|ies)|bugs?|debug(?:ger|ging)?|commits?|pull request|deploy(?:ed|ment|ing)?|servers?|compil(?:e|es|ing|ation)|repo|repository|schema|migrations?|variables?|dependenc(?:y|ies)|java|rust|react|vue|spring|git|config|cache|caching|threads?|exceptions?|runtime|http|https|parser|algorithm|data structure|recursion|callback|hooks?|props|modules?|classes|functions?|methods?|loops?|arrays?|strings?|integers?|flags?|logs?|tests?|branch|merge|script|code|tables?|columns?|index|service|lock|retry|timeout|build|ci|pipeline|staging|production|component|button|widget|plugin|client|token|request|response|parse|parsing|format|field|excel|formula|macro|firmware|driver|kernel|buffer|queue|worker|socket|port|proxy|container|cluster|node|pod)\b|组件|部署|服务器|索引|日志|缓存|线程|变量|配置|依赖|字段|算法|数组|递归|仓库|回调|异步|测试|分支|提交|页面|按钮|参数|表|模块|类型|列|文件|服务|任务|队列|插件|小程序|渲染|请求|返回|超时|权限|版本/gi

/** What speaks for coding, most telling first. */
export const coding: readonly Detector[] = [
  {
    name: 'stack trace',
    meaning: 'frames of a call stack, as a crash prints them',
    found: has(
      /^[ \t]{0,40}at [\w$.<>[\] ]{1,120}\(?[^\s()]{1,200}:\d{1,6}\)?|\bat [\w$.<>]{1,80} \([^\s()]{1,200}:\d{1,6}|^Traceback \(most recent|^[ \t]{0,40}File "[^"\n]{1,200}", line \d|^goroutine \d{1,6} \[|panicked at |^Exception in thread /m,
    ),
  },
  {
    name: 'diff',
    meaning: 'a change as version control shows it',
    found: has(/^(?:diff --git |@@ -\d{1,6}|--- a\/|\+\+\+ b\/|Index: \S)/m),
  },
  {
    name: 'test output',
    meaning: 'what a test runner or a build prints',
    found: has(
      /\b\d{1,6} (?:passed|failed)(?: \(|,|;|\)| in \d|[ \t]{0,40}$)|^(?:PASS|FAIL|ok|not ok) [\w./-]|^=+ (?:FAILURES|test session)|^--- (?:FAIL|PASS): |\bTests?(?: Files| Suites)?:? {1,4}\d|\bAssertionError\b|\bBUILD (?:SUCCESS|FAIL)|^[ \t]{0,40}[✓✔✕✗×] \S/m,
    ),
  },
  {
    name: 'error message',
    meaning: 'an error or exception by its technical name',
    found: has(
      /\b[A-Z][a-z]\w{0,60}(?:Error|Exception)\b|\berror(?:\[E\d| (?:TS|CS|C)\d{3,5})|\b(?:ENOENT|ECONNREFUSED|EACCES|SIGSEGV|segfault|[Ss]egmentation fault)\b|(?:\b(?:status|code|HTTP|returns?)|返回) ?[45]0\d\b|\bexit (?:code|status) \d/,
    ),
  },
  {
    name: 'shell commands',
    meaning: 'commands for a terminal',
    found: has(
      /(?:^|[\s`$>;|&])(?:npm (?:run|install|i|ci|test|start|publish)|npx [\w@-]|yarn (?:add|run|test|build)|pnpm [a-z]|git (?:add|am|bisect|blame|branch|checkout|cherry-pick|clone|commit|diff|fetch|log|merge|pull|push|rebase|reset|revert|rev-parse|show|stash|status|tag)\b|docker (?:run|build|compose|exec|ps|pull|push|logs)\b|docker-compose |kubectl [a-z]|helm (?:install|upgrade)|cargo (?:build|run|test|add|check)\b|pip3? install|python3? [\w./-]+\.py|-m (?:pytest|venv)|pytest\b|mvn |\.\/gradlew|terraform (?:plan|apply|init)|psql |chmod [\d+]|sudo [a-z]|apt(?:-get)? install|curl -|go (?:build|test|mod) [.\w]*[./]|systemctl [a-z]|ssh [\w-]+@|rm -rf|ls -[la]|grep -|sed -)|^\$ \w/m,
    ),
  },
  {
    name: 'file paths',
    meaning: 'files of a project by name or path',
    found: has(
      new RegExp(`\\b[\\w-]{1,64}\\.(?:${EXTENSIONS})\\b(?!\\.\\w)|\\b(?:src|lib|test|tests|app|pkg|cmd)/\\w`),
    ),
  },
  {
    name: 'numbered lines of a file',
    meaning: 'a file as a tool reads it, each line with its number',
    found: atLeast(3, /^ {0,8}\d{1,6}(?:→|\t|: |\|| {2})/gm),
  },
  {
    name: 'code',
    meaning: 'lines in a programming or query language',
    found: (text) =>
      atLeast(
        2,
        /^[ \t]*(?:(?:import|from|export|const|let|var|def|async def|class|function|func|fn|public|private|protected|static|return|elif|#include|package|using|namespace|interface|struct|enum|type|impl) [\w"'<{*.$[(@][^\n]{0,200}[;{(:)\]"'>=,]|(?:if|for|while|switch) ?\([^\n]{1,200}\{|<\/?[A-Za-z][\w-]{0,30}(?: [^\n<>]{0,200})?>|[\w$.\])]{1,80}(?: [+*/|&-]?= |\()[^\n]{0,200}[;{,]|[})\]]{1,3}[;,]?)[ \t]*$/gm,
      )(text) || has(/\bSELECT\b[^;]{1,300}\bFROM\b|\b(?:CREATE|ALTER) TABLE\b|\bINSERT INTO\b/)(text),
  },
  {
    name: 'JSON or configuration',
    meaning: 'keys and values as programs read them',
    found: (text) =>
      atLeast(2, /"[\w$.@/-]{1,60}" ?: ?["\d{[tfn-]/g)(text) ||
      atLeast(3, /^[ \t]{0,16}(?:- )?[a-z][\w.-]{0,40}(?:: ?[^\s:][^\n]{0,80}|:| ?= ?[^\s=][^\n]{0,80})$/gm)(text),
  },
  { name: 'code fence', meaning: 'a block marked as code', found: has(/^[ \t>]*(?:```|~~~)/m) },
  {
    name: 'identifiers',
    meaning: 'names as code spells them, such as camelCase, snake_case or call()',
    found: (text) =>
      has(/\b[a-z]{2,30}[A-Z][a-z]{1,30}\w{0,30}\b|\b[a-z][a-z0-9]{0,30}_[a-z0-9]\w{0,60}\b|\b[A-Za-z_]\w{1,40}\(\)/)(
        text,
      ) ||
      different(
        2,
        /\b(?!Mc|Mac|De|JavaS|TypeS|GitH|GitL|LinkedIn|YouT|PowerP|WhatsA|TikT|PayP|WordP|FaceT)[A-Z][a-z]{2,30}(?:[A-Z][a-z]{2,30}){1,4}\b/g,
      )(text),
  },
  {
    name: 'technical words',
    meaning: 'one word that only the trade uses, or three that it uses often',
    found: (text) => UNMISTAKABLE.test(text) || different(3, TECHNICAL)(text),
  },
]
