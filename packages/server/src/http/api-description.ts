/** The shape of the API's description, an OpenAPI 3.1 document, as far as banter uses it. */

/** A JSON Schema, or any other part of the document. */
export type Json = { [key: string]: unknown };

/** One route of the API. */
export type Operation = {
  operationId: string;
  summary: string;
  tags: string[];
  /** The ways to sign in, with the scopes a token needs. Empty for a public route. */
  security: ({ bearer: string[] } | { ticket: string[] })[];
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Content };
  /** By status code. */
  responses: Record<string, { description: string; content?: Content }>;
};

/** A parameter of the path, the query or the headers. */
export type Parameter = {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: Json;
};

/** The schema of a body, by media type. */
export type Content = Record<string, { schema: Json }>;

/** The whole document. */
export type ApiDescription = {
  openapi: string;
  info: Json;
  servers: { url: string }[];
  /** Operations by path, then by method in lower case. */
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json>; securitySchemes: Json };
};
