import { expect, test } from 'vitest';
import { grpcTarget, grpcUrl } from '../../src/clients/grpcTarget.ts';

test.each([
  ['127.0.0.1:50050', 'grpc://127.0.0.1:50050'],
  ['gpu-7.example:50051', 'grpc://gpu-7.example:50051'],
  ['grpc://[::1]:50050', 'grpc://[::1]:50050'],
  ['http://localhost:26500/', 'grpc://localhost:26500'],
])('%s is an address, and its written form is one too', (url, written) => {
  expect(grpcUrl(grpcTarget(url))).toBe(written);
  expect(grpcTarget(written)).toEqual(grpcTarget(url));
});

test.each(['', 'host', 'host:', ':50050', 'host:0', 'host:65536', 'https://host:1', 'host:1/v1', 'http://host:80/v1'])(
  '%j is no address of a gRPC server',
  (url) => {
    expect(() => grpcTarget(url)).toThrow(/--url: expected HOST:PORT/);
  },
);
