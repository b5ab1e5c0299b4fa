/** The JSON Schema of a tool's input, as both adapters give it to models. Not needed to answer a call. */
import { toJsonSchema } from '@valibot/to-json-schema';
import { toolInputs } from './tools';
import type { ToolName } from './toolNames';

export function inputSchemaOf(name: ToolName): Record<string, unknown> & { readonly type: 'object' } {
  const { $schema: _, ...schema } = toJsonSchema(toolInputs[name], { typeMode: 'input' });
  return { ...schema, type: 'object' };
}
