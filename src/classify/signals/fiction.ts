import { asks, MAKE } from './asks.ts'
import { atLeast, countOf, different, has, type Kind, wordsOf } from './sample.ts'

const NARRATION =
  /\b(?:was|were|had|said|felt|knew|came|went|took|stood|thought|saw|heard|began|left|kept|told|gave|found|fell|sat|held|ran|rose|spoke|woke|looked|turned|walked|smiled|whispered|nodded|watched|waited|reached|stared|leaned|closed|opened|asked|replied|laughed|cried|pulled|pushed|lay|wore|drew|shook)\b/gi
const PERSONS = /\b(?:she|he|her|his|him|hers|herself|himself)\b|[她他]/gi
const SPEECH =
  /\b(?:said|says|asked|asks|whispered|whispers|replied|replies|murmured|shouted|cried|muttered|answered|laughed|sighed)\b|[说问道喊]/

/** Role-play and fiction. */
export const fictions: readonly Kind[] = [
  {
    name: 'role-play',
    details: [
      {
        name: 'asks for a part to be played',
        meaning: 'asks to be somebody, or to stay in character',
        found: has(
          /\b(?:stay|remain|speak|answer|reply)(?:ing)? in character\b|\brole-?play(?!er)|\bpretend (?:to be|you are|you're) |\bcall me (?:your|my) |\bbe my (?:girl|boy)friend\b|\bnever (?:admit|say) (?:that )?you(?:'re| are) an AI\b|\b(?:act|acting|behave) as (?:if you|an?|my|the)\b|\b(?:imagine|suppose) you(?:'re| are) |^you(?:'re| are) (?:an?|the) |角色扮演|^你(?:现在)?是一?[个位名]|不要出戏|扮演(?!者)|做我的?(?:女|男)朋友/i,
        ),
      },
      {
        name: 'stage directions',
        meaning: 'gestures between asterisks or brackets',
        found: has(
          /\*(?:\w+ ){0,2}(?:smil|sigh|laugh|blush|lean|look|walk|grin|whisper|nod|giggl|hug|kiss|smirk|paus|turn|step|tilt|bow)\w{0,5}\b[^*\n]{0,120}\*|（(?:[^）\n]{0,10})(?:微笑|笑|叹|低头|抬头|脸红|转身|看着|靠近|拥抱|沉默)[^）\n]{0,20}）/,
        ),
      },
      {
        name: 'endearments',
        meaning: 'darling, my love and the like',
        found: has(/\bmy (?:love|darling|beloved|queen|dear lady|sweet)\b|\b(?:sweetheart|darling)\b|宝贝|主人/i),
      },
    ],
  },
  {
    name: 'fiction',
    details: [
      {
        name: 'asks for a story',
        meaning: 'asks for a chapter, a scene, a tale or the like',
        found: (text) =>
          asks(
            MAKE,
            'chapter|novel|novella|story|stories|short stor(?:y|ies)|fan-?fic\\w*|fairy ?tale|tale|screenplay|bedtime stor(?:y|ies)|love scene|scene',
          ).test(text.replace(/\buser stor(?:y|ies)\b/gi, '')) ||
          has(
            /(?:写|续写|创作|编|来)(?:(?!代码|函数|接口|测试|组件|页面|系统|网站|程序|脚本|爬虫|类)[^\n。，；]){0,16}(?:小说|故事|言情|剧本|童话|情节|第.{1,3}章|下一章)(?!网站|系统|页面|接口|阅读|管理|平台|组件|表)/,
          )(text),
      },
      {
        name: 'asks for a poem or a song',
        meaning: 'asks for verse or lyrics',
        found: (text) =>
          asks(MAKE, 'poems?|sonnet|haiku|limerick|song|lyrics|ballad|ode|verses?').test(text) ||
          has(
            /(?:写|作|来|创作)(?:(?!代码|函数|接口|测试|组件|页面|系统|程序|脚本)[^\n。，；]){0,14}(?:首诗|诗歌|古诗|情诗|现代诗|歌词|藏头诗|七律|绝句)/,
          )(text),
      },
      {
        name: 'dialogue',
        meaning: 'people speak in it',
        found: (text) =>
          SPEECH.test(text) &&
          has(
            /["“](?!\w{1,40}["”]? ?:)[^"“”\n{}]{1,300}[,.!?…。！？，—]["”](?! ?[:,}\]])|[「『][^」』\n]{1,200}[」』]|(?:said|asked|whispered|replied), ["“]/,
          )(text),
      },
      {
        name: 'past tense',
        meaning: 'told in the past tense: verbs of narration are frequent',
        found: (text) => different(3, NARRATION)(text) && countOf(text, NARRATION) * 25 >= wordsOf(text),
      },
      {
        name: 'third person',
        meaning: 'told of her or him',
        found: (text) => atLeast(3, PERSONS)(text) && countOf(text, PERSONS) * 40 >= wordsOf(text),
      },
      {
        name: 'chapter heading',
        meaning: 'a line that opens a chapter',
        found: has(/^[#* \t"/]{0,6}(?:chapter (?:\d|[ivxl]+\b|one|two|three|twelve)|prologue|epilogue|第.{1,4}章)/im),
      },
    ],
  },
]
