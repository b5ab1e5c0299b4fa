/** Where deAPI's two versions are asked, and in which form. */
import type { MultipartBody } from '../model/ports';
import type { Settings } from '../model/settings';

export const paths = {
  v1: {
    submit: '/api/v1/client/transcribe',
    price: '/api/v1/client/transcribe/price-calculation',
    status: '/api/v1/client/request-status/',
    balance: '/api/v1/client/balance',
    models: '/api/v1/client/models?filter%5Binference_types%5D=vid2txt&per_page=50',
  },
  v2: {
    submit: '/api/v2/audio/transcriptions',
    price: '/api/v2/audio/transcriptions/price',
    status: '/api/v2/jobs/',
    balance: '/api/v2/account/balance',
    models: '/api/v2/models?filter%5Binference_types%5D=video2text&limit=50',
  },
} as const;

type Field = string | number | boolean;

/** Version 2 documents forms for links as well; version 1 takes JSON for them. */
export function contentOf(
  settings: Settings,
  fields: Readonly<Record<string, Field>>,
): Readonly<Record<string, Field>> | MultipartBody {
  return settings['deapi.version'] === 'v2' ? { fields: formFields(fields) } : fields;
}

/** deAPI reads 1 and 0 for yes and no in a form. */
export function formFields(fields: Readonly<Record<string, Field>>): MultipartBody['fields'] {
  return Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'boolean' ? (value ? '1' : '0') : String(value),
  ]);
}

export function isMultipart(content: object): content is MultipartBody {
  return 'fields' in content && Array.isArray(content.fields);
}
