import { writeFileSync } from 'node:fs'
import { packaged } from '../../src/config.ts'
import { generatedFiles } from './generated.ts'

// `npm run generate`: writes the generated files anew.
for (const [path, text] of generatedFiles()) writeFileSync(packaged(path), text)
