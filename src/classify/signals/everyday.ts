import { different, has, type Kind } from './sample.ts'

/** School and everyday life. */
export const everyday: readonly Kind[] = [
  {
    name: 'schoolwork',
    details: [
      {
        name: 'words of school and exams',
        meaning: 'homework, exams, grades, subjects',
        found: (text) =>
          has(
            /\b(?:homework|my exam|final exam|midterm|textbook|my teacher|my professor|high school|middle school|[a-z]+ grade student|lesson plan|book report|AP (?:history|biology|english)|SAT|IELTS|TOEFL)\b|高考|中考|期末考|作业题|应用题|选择题|填空题|阅读理解|初[一二三]|高[一二三]|[一二三四五六]年级|四六级|（ ?\d{1,2} ?分 ?）|下列[^\n。]{0,30}(?:正确|错误|合理)的是|阅读材料|雅思|托福|考研/,
          )(text),
      },
      {
        name: 'a word problem',
        meaning: 'a sum told as a story, or an equation to solve',
        found: has(
          /\bhow (?:many|much|far|long|old)\b[^?\n]{0,120}\b(?:left|altogether|in total|apples|kilometers|km|miles|hours? later|cost|speed|years old)\b|\bsolve for [a-z]\b|千米|公里\/小时|求[^\n。]{0,12}(?:的值|面积|速度|周长)|解方程/i,
        ),
      },
    ],
  },
  {
    name: 'a question of everyday life',
    details: [
      {
        name: 'medical',
        meaning: 'symptoms, medicines, bodies',
        found: different(
          2,
          /\b(?:symptoms?|dosage|prescription|pregnan\w+|blood pressure|rash|fever|doctor|headaches?|migraine|ibuprofen|antibiotics?|cough|chest pain|surgery|diabetes|vaccine|therapist|insomnia|stomach|pills?|nausea|medication)\b|医生|症状|发烧|吃药|头疼|头痛|怀孕|血压|咳嗽|手术|糖尿病|失眠|医院|感冒|胃痛|中医/gi,
        ),
      },
      {
        name: 'legal',
        meaning: 'courts, contracts, disputes between people',
        found: different(
          2,
          /\b(?:lawyer|attorney|lawsuit|tenant|landlord|custody|divorce|alimony|sued?|small claims|eviction|probate|visa|security deposit|court|plaintiff|defendant|liable)\b|律师|起诉|离婚|劳动仲裁|赔偿|法院|房东|租客|遗产|抚养权|被告|原告|判刑|合同纠纷/gi,
        ),
      },
      {
        name: 'astrology',
        meaning: 'stars, cards and fortunes',
        found: has(
          /\b(?:my|daily|weekly|your|the|today's) (?:horoscopes?|zodiac sign|natal chart|birth chart|tarot)\b|\bmercury retrograde\b|\btarot (?:reading|spread|cards?)\b|我的?(?:星座|运势|八字|塔罗)|今日运势|算命|紫微|(?:白羊|金牛|双子|巨蟹|狮子|处女|天秤|天蝎|射手|摩羯|水瓶|双鱼)座/i,
        ),
      },
      {
        name: 'cooking',
        meaning: 'dishes and how to make them',
        found: different(
          2,
          /\b(?:tablespoons?|teaspoons?|tbsp|tsp|oven|simmer|saut[eé]|garlic|onions?|flour|butter|chicken|soup|dinner|leftovers|dough|bake|roast|marinate|frying pan)\b|菜谱|食材|怎么做好吃|炒|炖|红烧|蒜|葱|面粉|黄油|烤箱|酱油/gi,
        ),
      },
      {
        name: 'travel',
        meaning: 'trips, flights, places to stay',
        found: different(
          2,
          /\b(?:itinerary|flights?|hotels?|hostel|sightseeing|day trip|airport|luggage|honeymoon|backpacking|museums?|beaches|jet lag)\b|旅游|攻略|景点|酒店|机票|自驾|行程|民宿/gi,
        ),
      },
      {
        name: 'relationships',
        meaning: 'family, friends and love',
        found: different(
          2,
          /\b(?:my (?:wife|husband|girlfriend|boyfriend|mother|mom|dad|father|sister|brother|grandmother|grandfather|daughter|son|best friend|ex|crush)|broke up|breakup|anniversary|wedding|first date)\b|男朋友|女朋友|老公|老婆|分手|婆婆|相亲|暗恋|我妈|我爸|结婚/gi,
        ),
      },
      {
        name: 'health and sport',
        meaning: 'training, diets, weight',
        found: different(
          2,
          /\b(?:workouts?|calories|lose weight|weight loss|protein|push-?ups|squats|yoga|marathon|meal plan|diet|muscles?|gym|stretching)\b|减肥|健身|瑜伽|跑步|卡路里|增肌|饮食计划/gi,
        ),
      },
    ],
  },
]
