import { asks, MAKE } from './asks.ts'
import { different, has, type Kind } from './sample.ts'

/** Texts and pictures to order. */
export const writings: readonly Kind[] = [
  {
    name: 'an essay, a letter or a speech',
    details: [
      {
        name: 'asks for an essay or an article',
        meaning: 'asks for a text on a subject',
        found: (text) =>
          asks(MAKE, 'essay|article|blog post|book review|op-?ed|term paper|thesis|dissertation').test(text) ||
          has(/作文|读后感|散文|议论文|演讲稿|周记|毕业论文|观后感/)(text),
      },
      {
        name: 'asks for a letter or a speech',
        meaning: 'asks for words to somebody, or before an audience',
        found: (text) =>
          asks(
            MAKE,
            '(?:love |cover |thank-you )?letter|e-?mail|message|speech|toast|eulogy|vows|condolences|birthday (?:card|wishes)',
          ).test(text) ||
          has(
            /情书|悼词|婚礼致辞|祝酒词|感谢信|道歉信|祝福语|贺词|写一?[封份](?!配置|接口|代码)[^\n。，]{0,12}(?:信|邮件|申请|声明)|情况说明/,
          )(text),
      },
      {
        name: 'résumé or application',
        meaning: 'speaks of a résumé or an application for a job',
        found: has(/\b(?:résumé|curriculum vitae|cover letter|my resume|job interview)\b|求职信|个人简历|自我介绍/i),
      },
    ],
  },
  {
    name: 'marketing',
    details: [
      {
        name: 'words of advertising',
        meaning: 'slogans, captions, campaigns and the like',
        found: has(
          /\b(?:tagline|slogan|ad copy|brand voice|product description|marketing (?:copy|email|campaign|plan)|instagram (?:caption|post)|linkedin post|press release|sales pitch|newsletter copy|target audience)\b|文案|广告语|小红书|种草|带货|软文|宣传语/i,
        ),
      },
    ],
  },
  {
    name: 'a prompt for pictures',
    details: [
      {
        name: 'words of photography and painting',
        meaning: 'lenses, light, styles, aspect ratios',
        found: different(
          2,
          /\b(?:portrait|photograph\w*|photorealistic|cinematic|lighting|bokeh|depth of field|close-up|composition|watercolou?r|oil painting|illustration|render|8k|4k|35 ?mm|50 ?mm|85 ?mm|wide shot|midjourney|stable diffusion|style of|soft light|pastel|background|aspect ratio|camera angle)\b|--ar \d|摄影|光影|构图|画风|插画|水彩|写实|镜头|背景虚化|电影感/gi,
        ),
      },
    ],
  },
  {
    name: 'translation',
    details: [
      {
        name: 'asks for a translation',
        meaning: 'asks to put a text into another human language',
        found: has(
          /\btranslat(?:e|ing|ion)\b(?:[^.\n]{0,80}? )?(?:in)?to (?:simplified |traditional |british )?(?:english|chinese|mandarin|french|spanish|german|japanese|korean|russian|italian|portuguese|arabic|hindi|latin)\b|(?:翻译|译)(?:成|为|一下|下面|这)/i,
        ),
      },
    ],
  },
]
