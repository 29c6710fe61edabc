import { describe, expect, it } from '@jest/globals';
import { isOriginAllowed, type AllowedOrigins } from '../../../src/websocket/allowed-origins.js';
import { requestWith } from './requests.js';

const HERE = 'app.example.com';

function allows(
  origin: string | undefined,
  allowed: AllowedOrigins = {},
  host: string | undefined = HERE,
): boolean {
  return isOriginAllowed(requestWith({ origin, host }), allowed);
}

describe('without lists', () => {
  it('a request without an origin may: it comes from no page [EP-13]', () => {
    expect(allows(undefined)).toBe(true);
  });

  it.each([
    ['http://app.example.com', 'app.example.com'],
    ['http://app.example.com:80', 'app.example.com'],
    ['http://app.example.com', 'app.example.com:80'],
    ['http://app.example.com:8080', 'app.example.com:8080'],
    ['HTTP://APP.example.com', 'app.EXAMPLE.com'],
    ['http://[::1]:3000', '[::1]:3000'],
  ])('the page of %s may on the server %s [EP-12] [EP-14]', (origin, host) => {
    expect(allows(origin, {}, host)).toBe(true);
  });

  it.each([
    ['https://app.example.com', 'app.example.com'],
    ['http://app.example.com:8080', 'app.example.com'],
    ['http://app.example.com', 'app.example.com:8080'],
    ['http://evil.example.com', 'app.example.com'],
    ['http://app.example.com.evil.org', 'app.example.com'],
    ['http://127.0.0.1:3000', 'localhost:3000'],
    ['null', 'app.example.com'],
    ['', 'app.example.com'],
    ['file://', 'app.example.com'],
    ['http://', ''],
    ['http://app.example.com', 'not a host'],
  ])('the page of %j may not on the server %j [EP-12] [EP-14]', (origin, host) => {
    expect(allows(origin, {}, host)).toBe(false);
  });

  it('no page may when the request does not say which server it is for', () => {
    expect(isOriginAllowed(requestWith({ origin: 'http://app.example.com' }), {})).toBe(false);
  });

  it('the scheme of a page has to be that of the connection [EP-14]', () => {
    const request = (origin: string) => requestWith({ origin, host: HERE }, { encrypted: true });
    expect(isOriginAllowed(request('https://app.example.com'), {})).toBe(true);
    expect(isOriginAllowed(request('https://app.example.com:443'), {})).toBe(true);
    expect(isOriginAllowed(request('http://app.example.com'), {})).toBe(false);
  });
});

describe('allowedOrigins', () => {
  it.each([
    ['https://a.org', 'https://a.org', true],
    ['https://a.org', 'HTTPS://A.ORG', true],
    ['https://a.org/', 'https://a.org', true],
    ['https://a.org', 'https://a.org/', true],
    ['https://a.org:8443', 'https://a.org:8443', true],
    ['null', 'null', true],
    ['*', 'https://anything', true],
    ['*', 'null', true],
    ['https://a.org', 'http://a.org', false],
    ['https://a.org', 'https://a.org:8443', false],
    ['https://a.org', 'https://sub.a.org', false],
    ['https://a.org', 'https://a.org.evil.org', false],
    ['https://*.a.org', 'https://sub.a.org', false],
  ])('%s lets %s in: %s [EP-15]', (listed, origin, allowed) => {
    expect(allows(origin, { allowedOrigins: [listed] })).toBe(allowed);
    expect(allows(origin, { allowedOrigins: ['https://other.org', listed] })).toBe(allowed);
  });

  it('adds to the server’s own origin [EP-14]', () => {
    expect(allows(`http://${HERE}`, { allowedOrigins: ['https://a.org'] })).toBe(true);
    expect(allows(`http://${HERE}`, { allowedOrigins: [], allowedOriginPatterns: [] })).toBe(true);
  });
});

describe('allowedOriginPatterns', () => {
  it.each([
    ['https://*.a.org', 'https://x.a.org', true],
    ['https://*.a.org', 'https://x.y.a.org', true],
    ['https://*.a.org', 'HTTPS://X.A.ORG', true],
    ['https://*.a.org/', 'https://x.a.org', true],
    ['https://*.a.org', 'https://a.org', false],
    ['https://*.a.org', 'https://x.a.org.evil.org', false],
    ['https://*.a.org', 'http://x.a.org', false],
    ['https://*.a.org', 'https://x.a.org:8080', false],
    ['https://a.org', 'https://a.org', true],
    ['https://a.org', 'https://aXorg', false],
    ['*://a.org', 'https://a.org', true],
    ['*', 'null', true],
    ['https://*a*b*', 'https://xaxbx', true],
    ['https://*a*b*', 'https://ab', true],
    ['https://*a*b*', 'https://ba', false],
    ['https://ab*b', 'https://ab', false],
    ['https://a*', 'https://b', false],
  ])('%s lets %s in: %s [EP-16]', (pattern, origin, allowed) => {
    expect(allows(origin, { allowedOriginPatterns: [pattern] })).toBe(allowed);
  });

  it.each([
    ['https://*.a.org:[8080,9090]', 'https://x.a.org:8080', true],
    ['https://*.a.org:[8080,9090]', 'https://x.a.org:9090', true],
    ['https://*.a.org:[8080,9090]', 'https://x.a.org:80', false],
    ['https://*.a.org:[8080,9090]', 'https://x.a.org', false],
    ['https://*.a.org:[8080]', 'https://b.org:8080', false],
    ['https://a.org:[*]', 'https://a.org:1234', true],
    ['https://a.org:[*]', 'https://a.org', true],
    ['https://a.org:[*]', 'https://b.org:1234', false],
    ['https://a.org:[x]', 'https://a.org:[x]', true],
    ['http://[::1]:[*]', 'http://[::1]:3000', true],
    ['http://[::1]:[*]', 'http://[::1]', true],
  ])('%s lets %s in: %s, ports included [EP-16]', (pattern, origin, allowed) => {
    expect(allows(origin, { allowedOriginPatterns: [pattern] })).toBe(allowed);
  });

  it('may let in what the other list does not, and the other way round [EP-16]', () => {
    const both = { allowedOrigins: ['https://a.org'], allowedOriginPatterns: ['https://*.b.org'] };
    expect(allows('https://a.org', both)).toBe(true);
    expect(allows('https://x.b.org', both)).toBe(true);
    expect(allows('https://x.a.org', both)).toBe(false);
  });

  it('are matched without effort, however many stars they have and however long the origin is', () => {
    const pattern = `https://${'*a'.repeat(50)}`;
    expect(allows(`https://${'a'.repeat(20_000)}b`, { allowedOriginPatterns: [pattern] })).toBe(false);
  });
});
