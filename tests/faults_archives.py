"""Archives as the world sends them: one good one, and many that are cut, swapped, forged or far too large.

Each case makes a file from the good archive or from nothing, and names a word that the refusal must hold. Used by
`test_faults_archives.py`; run by itself, `python tests/faults_archives.py FOLDER` writes them all into a folder."""
import bz2, gzip, io, lzma, random, stat, sys, tarfile, warnings, zipfile
from pathlib import Path

from noisy_lab.data import DATASETS

NAME = 'imagenette2-160'
SPEC = DATASETS[NAME]
JPEG = b'\xff\xd8\xff\xe0'+bytes(range(256))*4+b'\xff\xd9'   # nobody decodes it
PAGE = b'<!DOCTYPE html>\n<html><head><title>404</title></head><body>Not Found</body></html>\n'
FILE, FOLDER = tarfile.REGTYPE, tarfile.DIRTYPE


def names(top=NAME, train=SPEC.train, val=SPEC.val, n=2):
    "The members of an archive in Imagenette's layout"
    splits = dict(train=train, val=val)
    return [f'{top}/{s}/{c}/{s}_{c}_{i}.JPEG' for s, classes in splits.items() for c in classes for i in range(n)]


def info(name, kind=FILE, size=0, link='', **attributes):
    res = tarfile.TarInfo(name)
    res.type, res.size, res.linkname = kind, size, link
    for k, v in attributes.items(): setattr(res, k, v)
    return res


def tar(members, extra=(), end=True):
    "A tar file's bytes: files by name, and members of one's own, the last ones without what they promise"
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w') as t:
        for name in members: t.addfile(info(name, size=len(JPEG)), io.BytesIO(JPEG))
        for member, data in extra:
            if data is not None: t.addfile(member, io.BytesIO(data))
            else: t.fileobj.write(member.tobuf(tarfile.GNU_FORMAT))
        size = t.fileobj.tell()
    return out.getvalue() if end else out.getvalue()[:size]


def zipped(members, extra=()):
    out = io.BytesIO()
    with warnings.catch_warnings(action='ignore'), zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as z:
        for name in members: z.writestr(name, JPEG)
        for member, data in extra: z.writestr(member, data)
    return out.getvalue()


def tgz(*args, **kwargs): return gzip.compress(tar(*args, **kwargs), 6, mtime=0)

def good(): return tgz(names())

def plus(*extra): return tgz(names(), extra)

def cut(share): return lambda: good()[:int(len(good())*share)]

def flip(at, n=1, seed=0):
    "The good archive with some bytes changed, from `at` (0-1) on"
    def make():
        raw, rng = bytearray(good()), random.Random(seed)
        first = int(at*len(raw))
        for i in range(first, min(first+n, len(raw))): raw[i] ^= rng.randrange(1, 256)
        return bytes(raw)
    return make


def inside(kind, name='l', link='', **attributes):
    "The good archive with one more member of some kind"
    return lambda: plus((info(f'{NAME}/{name}', kind, link=link, **attributes), b''))


def named(name, data=b'x'): return lambda: plus((info(name, size=len(data)), data))

def padded(head, mb, end=b''):
    "A .tgz that goes on with so many megabytes of zeros, a kilobyte for each"
    return gzip.compress(head, mtime=0) + mb*gzip.compress(bytes(1<<20), mtime=0) + gzip.compress(end, mtime=0)

def zeros(mb):
    "A member of so many megabytes of zeros"
    huge = [(info(f'{NAME}/zeros', size=mb<<20), None)]
    return lambda: padded(tar(names(), huge, end=False), mb, bytes(1024))

def tail(mb): return lambda: padded(tar(names()), mb)

def promised(size, name='huge'):
    "A member that says to be so large, and is not there"
    return lambda: tgz(names(), [(info(f'{NAME}/{name}', size=size), None)])


def long_header(kind):
    "A header that promises a gigabyte of text about the next member"
    return lambda: tgz(names(), [(info('@LongLink', kind, size=1<<30), None)])


def bad_header():
    "A header whose checksum is wrong, in the middle: what follows it would be lost without a word"
    raw = bytearray(tar(names()))
    raw[raw.index(b'/val/')+3] ^= 1
    return gzip.compress(bytes(raw), mtime=0)


def zip_link():
    member = zipfile.ZipInfo(f'{NAME}/l')
    member.external_attr = (stat.S_IFLNK | 0o777)<<16
    return zipped(names(), [(member, '/etc/passwd')])


def zip_crc():
    raw = bytearray(zipped(names()))
    raw[raw.index(b'JFIF') if b'JFIF' in raw else 80] ^= 255
    return bytes(raw)


def locked_zip():
    raw = bytearray(zipped(names()))
    at = raw.index(b'PK\x01\x02')
    raw[at+8] |= 1   # the flag of an encrypted member, in the central directory
    return bytes(raw)


def woof(): return tgz(names('imagewoof2-160', DATASETS['imagewoof2-160'].train, DATASETS['imagewoof2-160'].val))

def twice(): return plus((info(names()[0], size=4), b'fake'))

def folder_over_file():
    a = f'{NAME}/a'
    return plus((info(a, size=1), b'x'), (info(a, FOLDER), b''), (info(f'{a}/b', size=1), b'x'))


DEVICES = dict(character=tarfile.CHRTYPE, block=tarfile.BLKTYPE, fifo=tarfile.FIFOTYPE)
DAMAGED, OUTSIDE, OTHER = 'cut short or damaged', 'would be written outside', f'is not an archive of {NAME}'

# What it is -> (how its bytes are made, what the refusal says)
CASES = {
    'empty file': (lambda: b'', 'is an empty file'),
    'one byte': (lambda: b'\x1f', 'is not an archive'),
    'web page': (lambda: PAGE, 'is a web page'),
    'web page, packed': (lambda: gzip.compress(PAGE), DAMAGED),
    'text': (lambda: b'Moved Permanently\n', 'is not an archive'),
    'JSON': (lambda: b'{"error": "quota exceeded"}', 'is not an archive'),
    'an image': (lambda: JPEG, 'is not an archive'),
    'zeros': (lambda: bytes(20480), 'is not an archive'),
    'noise': (lambda: random.Random(0).randbytes(5000), 'is not an archive'),
    'gzip of nothing': (lambda: gzip.compress(b''), DAMAGED),
    'gzip of noise': (lambda: gzip.compress(random.Random(1).randbytes(5000)), DAMAGED),
    'tar without members': (lambda: tgz([]), 'it holds no files'),
    'folders only': (lambda: tgz([], [(info(f'{NAME}/{s}/{c}', FOLDER), b'') for s in ('train', 'val')
                                      for c in SPEC.train]), 'it holds no files'),
    **{f'cut at {s}': (cut(s), DAMAGED) for s in (.02, .3, .5, .9, .999)},
    'cut in the checksum': (lambda: good()[:-3], DAMAGED),
    'plain tar, cut in a member': (lambda: tar(names())[:5000], DAMAGED),
    'plain tar, cut between members': (lambda: tar(names(), end=False), DAMAGED),
    'xz, cut': (lambda: lzma.compress(tar(names()))[:-20], DAMAGED),
    'bzip2, cut': (lambda: bz2.compress(tar(names()))[:-20], DAMAGED),
    'zip, cut': (lambda: zipped(names())[:-40], DAMAGED),
    **{f'a byte changed at {at}': (flip(at, seed=i), '') for i, at in enumerate((.1, .4, .7, .95))},
    'a hundred bytes changed': (flip(.5, 100), DAMAGED),
    'header changed in the middle': (bad_header, DAMAGED),
    'zip with a wrong checksum': (zip_crc, DAMAGED),
    'zip with a password': (locked_zip, 'is encrypted'),
    'link to a file outside': (inside(tarfile.SYMTYPE, link='/etc/passwd'), 'is a link'),
    'link to a folder above': (inside(tarfile.SYMTYPE, link='../..'), 'is a link'),
    'link inside': (inside(tarfile.SYMTYPE, link='train'), 'is a link'),
    'hard link outside': (inside(tarfile.LNKTYPE, link='/etc/passwd'), 'is a link'),
    'hard link inside': (inside(tarfile.LNKTYPE, link=names()[0]), 'is a link'),
    'link in a zip': (zip_link, 'is a link'),
    **{f'{k} device': (inside(v, 'd'), 'is a device') for k, v in DEVICES.items()},
    'absolute name': (named('/tmp/evil.jpg'), OUTSIDE),
    'name with ..': (named('../evil.jpg'), OUTSIDE),
    'name with .. inside': (named(f'{NAME}/train/../../../evil.jpg'), OUTSIDE),
    'name with .. in a zip': (lambda: zipped(names(), [('../evil.jpg', b'x')]), OUTSIDE),
    'name of 300 bytes': (named(f"{NAME}/{'a'*300}.jpg"), 'longer than the 255 bytes'),
    'file twice': (twice, 'twice'),
    'file twice, by another path': (named('./'+names()[0]), 'twice'),
    'file twice in a zip': (lambda: zipped(names(), [(names()[0], b'fake')]), 'twice'),
    'file over a folder': (named(f'{NAME}/train'), 'both a file and a folder'),
    'folder over a file': (folder_over_file, 'both a file and a folder'),
    'file below an image': (named(names()[0]+'/x'), 'both a file and a folder'),
    '600 MB from 600 KB': (zeros(600), 'would grow from'),
    'a member of 100 TB that is not there': (promised(100_000_000_000_000), 'would grow from'),
    'a member of 300 MB that is not there': (promised(300_000_000), 'would grow from'),
    'zeros behind the last member': (tail(450), 'would grow from'),
    'long name of a gigabyte': (long_header(tarfile.GNUTYPE_LONGNAME), 'header of a member'),
    'long attributes of a gigabyte': (long_header(tarfile.XHDTYPE), 'header of a member'),
    'another data set': (woof, f"{OTHER}: train/ has the class 'n02086240'"),
    'another layout': (lambda: tgz([f'{NAME}/{c}/{i}.JPEG' for c in SPEC.train for i in range(2)]),
                       f'{OTHER}: it has no images in {NAME}/train/CLASS/'),
    'without val': (lambda: tgz(names(val=())), f'{OTHER}: it has no images in {NAME}/val/CLASS/'),
    'a class too few': (lambda: tgz(names(train=SPEC.train[1:])), f"{OTHER}: train/ lacks the class 'n01440764'"),
    'a class too many': (lambda: tgz(names(val=(*SPEC.val, 'cat'))), f"{OTHER}: val/ has the class 'cat'"),
    'two folders at the top': (lambda: tgz(names()+['other/x.jpg']), 'must hold one top folder'),
    'no folder at the top': (lambda: tgz([o.split('/', 1)[1] for o in names()]), 'must hold one top folder'),
    'a folder too deep': (lambda: tgz([f'deep/{o}' for o in names()]), OTHER),
    'a file at the top': (lambda: tgz([NAME]), 'must hold one top folder'),
}

# Archives that are fine, whatever they are called
FINE = {
    'good': good,
    'unpacked by a browser': lambda: gzip.decompress(good()),
    'with ./ before each name': lambda: tgz([f'./{o}' for o in names()]),
    'with folders as members': lambda: tgz(names(), [(info(f'{NAME}/{s}', FOLDER), b'') for s in ('train', 'val')]),
    'another top folder': lambda: tgz(names('nette')),
    'xz': lambda: lzma.compress(tar(names())),
    'bzip2': lambda: bz2.compress(tar(names())),
    'zip': lambda: zipped(names()),
    'in two parts, as pigz does': lambda: gzip.compress(tar(names())[:9000])+gzip.compress(tar(names())[9000:]),
}


def write_all(folder):
    "Write every case into a folder, named by number and what it is"
    Path(folder).mkdir(parents=True, exist_ok=True)
    for i, (name, (make, _)) in enumerate(CASES.items()):
        (Path(folder)/f"{i:02d} {name.replace('/', '_')}.tgz").write_bytes(make())


if __name__ == '__main__': write_all(sys.argv[1])
