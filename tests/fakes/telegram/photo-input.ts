import { type ApiCall, textArg } from './api-call.ts';
import { checkPhoto } from './photo.ts';
import { badRequest } from './refusal.ts';
import { nextId, type Photo, type World } from './world.ts';

/** The photo in the field: uploaded there, or named by text (`attach://part`, file_id, URL). */
export function photoField(world: World, call: ApiCall, field: string): Photo {
  const uploaded = call.files.get(field);
  return uploaded === undefined
    ? namedPhoto(world, call, textArg(call, field))
    : keep(world, uploaded);
}

export function namedPhoto(world: World, call: ApiCall, name: string): Photo {
  const attached = /^attach:\/\/(.+)$/s.exec(name)?.[1];
  const uploaded = attached === undefined ? undefined : call.files.get(attached);
  if (uploaded !== undefined) return keep(world, uploaded);
  if (name === '' || attached !== undefined) throw badRequest('There is no photo in the request');
  const known = world.photos.get(name);
  if (known !== undefined) return known;
  if (/^https?:/i.test(name)) throw badRequest('Failed to get HTTP URL content');
  throw badRequest('Wrong file identifier/HTTP URL specified');
}

function keep(world: World, bytes: Buffer): Photo {
  const size = checkPhoto(bytes);
  const photo = { fileId: `photo-${nextId(world)}`, bytes, ...size };
  world.photos.set(photo.fileId, photo);
  return photo;
}
