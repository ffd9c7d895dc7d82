"""Folders and tables as people have them: how each is laid out, and what must come of it.

A case is a function that lays files out in a folder and gives what a user would name; `Want` says what must be found.
Images are tiny and made on the fly. `test_awkward.py` runs them all."""
import io, os, shutil, sys, tarfile, unicodedata, zipfile, zlib
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

NFD = lambda s: unicodedata.normalize('NFD', s)
LINUX = sys.platform == 'linux'


def picture(seed=0, end='.jpg', size=(12, 10), **how):
    "A small photograph's bytes"
    rng, out = np.random.default_rng(seed), io.BytesIO()
    im = Image.fromarray(rng.integers(0, 256, (3, 4, 3), dtype=np.uint8)).resize(size, Image.Resampling.BICUBIC)
    kind = {'.png': 'PNG', '.gif': 'GIF', '.bmp': 'BMP', '.webp': 'WEBP', '.tif': 'TIFF', '.avif': 'AVIF'}
    im.save(out, kind.get(end, 'JPEG'), **how)
    return out.getvalue()


def write(root, name, data):
    "A file below a folder; text is written as UTF-8"
    path = os.path.join(os.fsencode(root), os.fsencode(name))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f: f.write(data.encode() if isinstance(data, str) else data)


def lay(root, *names, n=None, **more):
    "Images by name, each with pixels of its own; `cat/*` stands for three of them"
    seed = 0
    for name in names:
        for one in ([name] if '*' not in name else [name.replace('*', f'{i}') for i in range(n or 3)]):
            seed += 1
            data = picture(seed + hash_of(one), os.path.splitext(one)[1].lower()) if isinstance(one, str) else picture()
            write(root, one if os.path.splitext(one)[1] else f'{one}.jpg', data)
    return root

def hash_of(name): return zlib.crc32(name.encode())   # another picture for each name

def pets(root, *more, n=3):
    "Two flat classes, and more"
    return lay(root, 'cat/*.jpg', 'dog/*.jpg', *more, n=n)

def splits(root, *more, n=3):
    return lay(root, 'train/cat/*.jpg', 'train/dog/*.jpg', 'val/cat/*.jpg', 'val/dog/*.jpg', *more, n=n)

def table(root, text, name='labels.csv', encoding='utf8'):
    write(root, name, text if isinstance(text, bytes) else text.encode(encoding))
    return root/name

def rows(*lines, head='path,label'): return '\n'.join([head, *lines])+'\n'

PETS = ('cat/0.jpg,cat', 'cat/1.jpg,cat', 'cat/2.jpg,cat', 'dog/0.jpg,dog', 'dog/1.jpg,dog', 'dog/2.jpg,dog')


@dataclass
class Want:
    "What must come of a case; `error` is a sentence instead"
    classes: dict = field(default_factory=dict)   # Class -> images, over all splits; '' without a label
    left: dict = field(default_factory=dict)      # Words of a reason -> files
    notes: tuple = ()                             # Words of notes
    run: object = None     # load_data: (train, val, unlabelled in train, unsup), or words of its sentence
    clean: object = None   # load_labelled: images, or words of its sentence
    error: str = ''        # Words of the one sentence that every command says
    more: tuple = ()       # Arguments of the command


TWO = dict(cat=3, dog=3)
SIX = (4, 2, 0, 0)   # of three and three, a third each is set apart at 20 %


CASES = {}

def case(want, linux=False):
    def keep(f):
        if not linux or LINUX: CASES[f.__name__] = (f, want)
        return f
    return keep


# ---- endings

@case(Want(dict(cat=4, dog=3), run=(5, 2, 0, 0), clean=7))
def jfif(d): return pets(d, 'cat/9.JFIF')

@case(Want(dict(cat=3, dog=3, eel=3), run=(6, 3, 0, 0), clean=9))
def a_class_of_jfif(d): return pets(d, 'eel/*.jfif')

@case(Want(dict(cat=3, dog=3, owl=4), run=(7, 3, 0, 0), clean=10))
def many_endings(d): return pets(d, 'owl/a.PNG', 'owl/b.webp', 'owl/c.bmp', 'owl/d.gif')

@case(Want(dict(cat=5, dog=3), run=(6, 2, 0, 0), clean=8))
def avif(d): return pets(d, 'cat/a.avif', 'cat/b.avif')

@case(Want(TWO, {'pip install pillow-heif': 3}, run=SIX, clean=6))
def heic_without_plugin(d):
    for i in range(3): write(d, f'cat/{i}.heic', b'x')
    return pets(d)

@case(Want(TWO, {'pip install pillow-jxl-plugin': 2}, ('no usable image: eel',), run=SIX, clean=6))
def a_class_of_jxl_without_plugin(d):
    for i in range(2): write(d, f'eel/{i}.jxl', b'x')
    return pets(d)

@case(Want(TWO, {'without the extension of an image': 4}, run=SIX, clean=6))
def films_and_texts(d):
    for o in ('cat/film.mp4', 'dog/notes.txt', 'readme', 'dog/raw.CR2'): write(d, o, b'x')
    return pets(d)

@case(Want(dict(cat=3, dog=6), {'without the extension of an image': 3}, run=(7, 2, 0, 0), clean=9))
def half_a_class_in_an_unknown_ending(d):
    for i in range(3): write(d, f'dog/{i}.xyz', b'x')
    return pets(d, 'dog/a.jpg', 'dog/b.jpg', 'dog/c.jpg')

@case(Want(TWO, notes=('no usable image: eel, owl',), run=SIX, clean=6))
def empty_class_folders(d):
    for o in ('eel', 'owl'): (d/o).mkdir()
    return pets(d)

@case(Want(error='is a file, not a data set'))
def an_image_as_data(d): return lay(d, 'cat/0.jpg')/'cat/0.jpg'


# ---- folders of other programs

@case(Want(TWO, {'hidden': 2, 'folders of other programs': 3}, run=SIX, clean=6))
def thumbnails(d):
    lay(d, '.ipynb_checkpoints/0.jpg', 'dog/.x/1.jpg')
    return pets(d, 'cat/@eaDir/0.jpg/thumb.jpg', '__MACOSX/cat/0.jpg', '@eaDir/x.jpg')

@case(Want(TWO, {'hidden': 3}, run=SIX, clean=6))
def hidden_files(d):
    for o in ('.DS_Store', 'cat/._0.jpg', 'dog/.1.jpg'): write(d, o, picture())
    return pets(d)

@case(Want(TWO, {'folders of other programs': 2}, run=SIX, clean=6))
def a_recycling_bin(d): return pets(d, '#recycle/cat/0.jpg', '$RECYCLE.BIN/1.jpg')

@case(Want(TWO, {'that the lab has made': 1}, run=SIX, clean=6))
def the_labs_own_results(d):
    write(d, 'runs/clean-pets/report.html', 'x')
    return pets(d)

@case(Want(dict(cat=6, dog=6), {'outside the folders of splits': 2}, run=(6, 6, 0, 0), clean=12))
def images_beside_train(d): return splits(d, 'raw/1.jpg', 'raw/2.jpg')

@case(Want(dict(cat=6, dog=6), {'hidden': 1}, run=(6, 6, 0, 0), clean=12))
def checkpoints_in_train(d): return splits(d, 'train/.ipynb_checkpoints/0.jpg')


# ---- links and odd files

@case(Want(dict(cat=3, dog=3, eel=2), run=(5, 3, 0, 0), clean=8), linux=True)
def a_class_is_a_link(d):
    lay(d, 'away/*.jpg', n=2)
    pets(d/'pets')
    (d/'pets/eel').symlink_to(d/'away')
    return d/'pets'

@case(Want(TWO, {'read anyway': 2}, run=SIX, clean=6), linux=True)
def links_in_a_circle(d):
    pets(d)
    (d/'cat/up').symlink_to(d)
    (d/'dog/self').symlink_to(d/'dog')
    return d

@case(Want(TWO, {'lead nowhere': 2}, run=SIX, clean=6), linux=True)
def broken_links(d):
    pets(d)
    (d/'cat/9.jpg').symlink_to(d/'nowhere.jpg')
    (d/'eel').symlink_to(d/'nowhere')
    return d

@case(Want(TWO, {'lead nowhere or are not files': 1}, run=SIX, clean=6), linux=True)
def a_pipe(d):
    pets(d)
    os.mkfifo(d/'cat/9.jpg')
    return d


# ---- layouts

@case(Want(dict(cat=6, dog=6), run=(6, 6, 0, 0), clean=12))
def valid_instead_of_val(d): return lay(d, *(f'{s}/{c}/*.jpg' for s in ('train', 'valid') for c in ('cat', 'dog')))

@case(Want(dict(cat=6, dog=6), run=(6, 6, 0, 0), clean=12))
def Train_and_Validation(d): return lay(d, *(f'{s}/{c}/*.jpg' for s in ('Train', 'Validation') for c in ('cat', 'dog')))

@case(Want(error='which both mean val'))
def val_and_valid(d): return splits(d, 'valid/cat/0.jpg')

@case(Want(error='has no folder train/'))
def only_val(d): return lay(d, 'val/cat/*.jpg', 'val/dog/*.jpg')

@case(Want(TWO, run=SIX, clean=6))
def only_train(d): return lay(d, 'train/cat/*.jpg', 'train/dog/*.jpg')

@case(Want(dict(cat=3, train=3), run=SIX, clean=6))
def a_class_called_train(d): return lay(d, 'cat/*.jpg', 'train/*.jpg')

@case(Want(error='whether train is a class or a split'))
def train_that_may_be_both(d): return lay(d, 'train/old/*.jpg', 'car/*.jpg')

@case(Want({'cat': 6, 'dog': 6, '': 3}, notes=('test/ has no class folders',), run=(6, 6, 0, 3), clean=12))
def test_without_labels(d): return splits(d, 'test/*.jpg')

@case(Want(error='is not in a class folder (1 such image)'))
def test_half_labelled(d): return splits(d, 'test/cat/*.jpg', 'test/0.jpg')

@case(Want(dict(cat=6, dog=6, eel=1), run="the class 'eel' of test/ is not in train/", clean=13))
def a_class_of_test_only(d): return splits(d, 'test/eel/0.jpg')

@case(Want(dict(cat=6, dog=6, eel=1), run="the class 'eel' of val/ is not in train/", clean=13))
def a_class_of_val_only(d): return splits(d, 'val/eel/0.jpg')

@case(Want(error='is not in a class folder (2 such images)'))
def loose_images(d): return pets(d, 'a.jpg', 'b.jpg')

@case(Want(error='is not in a class folder'))
def loose_images_in_train(d): return splits(d, 'train/a.jpg')

@case(Want(dict(cat=3), run='only one class', clean='only one class'))
def one_class(d): return lay(d, 'cat/*.jpg')

@case(Want(dict(pets=6), run='or did you mean', clean='or did you mean'))
def a_folder_in_a_folder(d):
    pets(d/'photos/pets')
    return d/'photos'

@case(Want(dict(cat=6, dog=6, eel=3), run=(9, 6, 0, 0), clean=15))
def a_class_of_train_only(d): return splits(d, 'train/eel/*.jpg')

@case(Want(dict(cat=6, dog=6), run=(6, 6, 0, 0), clean=12))
def dev_instead_of_val(d): return lay(d, *(f'{s}/{c}/*.jpg' for s in ('train', 'dev') for c in ('cat', 'dog')))

@case(Want(dict(cat=6, dog=6), run=(4, 2, 0, 0), clean=12))
def training_set_and_test_set(d):
    return lay(d, *(f'{s}/{c}/*.jpg' for s in ('training_set', 'Test Set') for c in ('cat', 'dog')))

@case(Want(error='is an address; download the file'))
def an_address(d): return 'https://example.org/photos.zip'

@case(Want(dict(cat=1, dog=3), notes=(), run=(3, 1, 0, 0), clean=4))
def a_class_of_one_image(d): return lay(d, 'cat/0.jpg', 'dog/*.jpg')

@case(Want(run='has no images in train/', clean='no labelled images'))
def an_empty_folder(d): return d

@case(Want({}, {'without the extension of an image': 2}, run='2 files are not', clean='2 files are not'))
def a_folder_without_images(d):
    for o in ('a.txt', 'b.pdf'): write(d, o, b'x')
    return d

@case(Want(error='does not exist'))
def a_folder_that_is_not_there(d): return d/'nowhere'

@case(Want(dict(cat=3, dog=3, deep=2), run=(5, 3, 0, 0), clean=8))
def nested_folders(d): return pets(d, 'deep/a/b/c/1.jpg', 'deep/2.jpg')

@case(Want(TWO, run=SIX, clean=6))
def dots(d):
    (pets(d)/'cat/x').mkdir()
    return d/'cat/x/../..'


# ---- names

@case(Want({'café': 6}, notes=('names look alike are one class: café',), run='only one class', clean='one class'),
      linux=True)
def composed_and_decomposed(d): return lay(d, 'café/*.jpg', NFD('café')+'/*.jpg')

@case(Want({'café': 6, 'dog': 6}, run=(6, 6, 0, 0), clean=12), linux=True)
def accents_of_two_systems(d):
    return lay(d, 'train/café/*.jpg', 'train/dog/*.jpg', NFD('val/café')+'/*.jpg', 'val/dog/*.jpg')

@case(Want(TWO, {'names that are not UTF-8': 3}, run=SIX, clean=6), linux=True)
def names_that_are_not_utf8(d):
    for o in (b'cat/\xe9.jpg', b'caf\xe9/0.jpg', b'caf\xe9/1.jpg'): write(d, o, picture())
    return pets(d)

@case(Want({'c'*240: 3, 'dog': 3}, run=SIX, clean=6))
def very_long_names(d):
    lay(d/('p'*240), 'c'*240+'/*.jpg', 'dog/*.jpg')
    return d/('p'*240)

@case(Want({'<b>"x" & y': 3, "it's; 100 %": 3}, run=SIX, clean=6), linux=True)
def names_full_of_signs(d): return lay(d, '<b>"x" & y/*.jpg', "it's; 100 %/*.jpg")

@case(Want({'猫': 3, 'собака': 3}, run=SIX, clean=6))
def names_of_other_scripts(d): return lay(d, '猫/*.jpg', 'собака/*.jpg')

@case(Want({'=1+1': 3, '\x1b[31mred': 3}, run=SIX, clean=6), linux=True)
def names_that_mean_something_elsewhere(d): return lay(d, '=1+1/*.jpg', '\x1b[31mred/*.jpg')

@case(Want({'cat ': 3, 'dog': 3}, run=SIX, clean=6), linux=True)
def a_name_that_ends_in_a_blank(d): return lay(d, 'cat /*.jpg', 'dog/*.jpg')


# ---- tables

def csv_case(text, encoding='utf8', file='labels.csv'): return lambda d: table(pets(d), text, file, encoding)

def add(name, text, want, linux=False, **how):
    "A case of a table beside six images"
    if not linux or LINUX: CASES[name] = (csv_case(text, **how), want)

ALL = Want(TWO, run=SIX, clean=6)
add('csv', rows(*PETS), ALL)
add('csv_with_capital_ending', rows(*PETS), ALL, file='LABELS.CSV')
add('csv_latin1', rows(*PETS[:3], *(o.replace(',dog', ',Dänische Dogge') for o in PETS[3:])),
    Want({'cat': 3, 'Dänische Dogge': 3}, notes=('read as Windows-1252',), run=SIX, clean=6), encoding='latin-1')
add('csv_utf16', rows(*PETS), ALL, encoding='utf-16')
add('csv_with_byte_order_mark', rows(*PETS), ALL, encoding='utf-8-sig')
add('csv_semicolons', rows(*PETS, head='path,label').replace(',', ';'), ALL)
add('tsv', rows(*PETS).replace(',', '\t'), ALL, file='labels.tsv')
add('csv_as_excel_writes_it', 'sep=;\r\n'+rows(*PETS).replace(',', ';').replace('\n', '\r\n'), ALL)
add('csv_other_column_names', rows(*PETS, head='Filename,Species'), ALL)
add('csv_named_columns', rows(*(f'x,{o}' for o in PETS), head='id,where,what'),
    Want(TWO, run=SIX, clean=6, more=('--csv-format', 'path=where,label=what')))
add('csv_without_header', '\n'.join(PETS), Want(error='has no header'))
add('csv_empty', '', Want(error='cannot be read (it is empty)'))
add('csv_header_only', 'path,label\n', Want(error='a header and no rows'))
add('csv_ragged_long', rows(*PETS[:5], 'dog/2.jpg,dog,brown'), Want(error='line 7: 3 cells, but the header has 2'))
add('csv_ragged_short', rows(*PETS[:5], 'dog/2.jpg'),
    Want({'cat': 3, 'dog': 2, '': 1}, run=(3, 2, 1, 0), clean=5))
add('csv_rows_without_label', rows(*PETS[:4], 'dog/1.jpg,', 'dog/2.jpg, '),
    Want({'cat': 3, 'dog': 1, '': 2}, run=(3, 1, 2, 0), clean=4))
add('csv_no_label_at_all', rows(*(o.split(',')[0]+',' for o in PETS)),
    Want({'': 6}, run='has no images in val/', clean='no labelled'))
add('csv_unknown_column', rows(*PETS, head='path,lable'), Want(error="did you mean 'lable'"))
add('csv_missing_image', rows(*PETS, 'cat/7.jpg,cat'), Want(error="'cat/7.jpg' does not exist (1 such row)"))
add('csv_row_without_path', rows(*PETS, ',cat'), Want(error='1 row without a path'))
add('csv_same_row_twice', rows(*PETS, PETS[0], './'+PETS[1]),
    Want(TWO, notes=('2 rows repeat another',), run=SIX, clean=6))
add('csv_two_labels_for_an_image', rows(*PETS, 'cat/0.jpg,dog'), Want(error='more than once, as cat and as dog'))
add('csv_train_and_val', rows('cat/0.jpg,cat,0', 'cat/0.jpg,cat,1', 'dog/0.jpg,dog,0', head='path,label,is_valid'),
    Want(error='as train and as val'))
add('csv_splits', rows('cat/0.jpg,cat,train', 'dog/0.jpg,dog,train', 'cat/1.jpg,cat,val', 'dog/1.jpg,dog,test',
                       'dog/2.jpg,,unlabelled', head='path,label,split'),
    Want({'cat': 2, 'dog': 2, '': 1}, run=(2, 1, 0, 1), clean=4))
add('csv_bad_split', rows('cat/0.jpg,cat,maybe', head='path,label,is_valid'), Want(error="is_valid = 'maybe'"))
add('csv_validation_without_label', rows(*(o+',0' for o in PETS[:5]), 'dog/2.jpg,,1', 'cat/2.jpg,cat,0',
                                         head='path,label,is_valid'),
    Want({'cat': 3, 'dog': 2, '': 1}, notes=('repeats another',), run=(3, 2, 0, 0), clean=5))
add('csv_backslashes', rows(*PETS).replace('/', '\\'), ALL)
add('csv_binary', b'\x00\x01\x02\x03'*50, Want(error='cannot be read'))
add('csv_spreadsheet', b'PK\x03\x04'+bytes(50), Want(error='save the table as CSV'), file='labels.csv')
add('csv_open_quote', 'path,label\n"cat/0.jpg,cat\n', Want(error='cannot be read'))
add('csv_numbers_as_labels', rows(*(o.replace(',cat', ',007').replace(',dog', ',nan') for o in PETS)),
    Want({'007': 3, 'nan': 3}, run=SIX, clean=6))
add('csv_escaped_formula', rows(*(o.replace(',cat', ",'=cat") for o in PETS)),
    Want({'=cat': 3, 'dog': 3}, run=SIX, clean=6))
add('csv_image_by_no_ending', rows(*PETS, 'notes.md,cat'), Want(error="'notes.md' does not exist"))

@case(Want(TWO, {'without the extension of an image': 1}, run=SIX, clean=6))
def csv_lists_a_text(d):
    write(d, 'cat/notes.txt', 'x')
    return table(pets(d), rows(*PETS, 'cat/notes.txt,cat'))

@case(ALL)
def csv_absolute_paths(d): return table(pets(d), rows(*(f'{d}/{o}' for o in PETS)))

@case(Want({'cat': 3, 'dog': 2, '': 1}, run=(3, 2, 1, 0), clean=5, more=('--csv', 'labels.csv')))
def folder_with_a_csv(d):
    table(pets(d), rows(*PETS[:5]))
    return d

@case(Want(TWO, {'the extension': 1}, ('2 rows of labels.csv about images that are not used',), run=SIX, clean=6,
           more=('--csv', 'labels.csv')))
def a_csv_on_more_than_the_folder(d):
    "Of a text that is listed as well there is one count; what lies elsewhere is not used"
    lay(d, 'other/1.jpg')
    pets(d/'pets')
    write(d, 'pets/cat/notes.txt', 'x')
    table(d, rows(*PETS, 'cat/notes.txt,cat', '../other/1.jpg,dog'))
    return d/'pets'

@case(Want(dict(cat=3, dog=2), {'not in labels.csv': 2, 'hidden': 1}, run=(3, 2, 0, 0), clean=5,
           more=('--csv', 'labels.csv')))
def loose_images_with_a_csv(d):
    lay(d, *(f'photos/{c}{i}.jpg' for c in ('cat', 'dog') for i in range(3)), 'photos/more/1.jpg', 'photos/.x.jpg')
    table(d, rows(*(o.replace('/', '', 1) for o in PETS[:5])))
    return d/'photos'

@case(Want(error='two tables', more=('--csv', 'labels.csv')))
def csv_and_another_csv(d):
    table(pets(d), rows(*PETS))
    return table(d, rows(*PETS), 'other.csv')

@case(Want(error='more than one noise CSV'))
def two_noise_csvs(d):
    for o in 'ab': table(d, rows('cat/0.jpg,cat,False', head='path,noisy_labels_0,is_valid'), f'noisy_{o}.csv')
    return pets(d)

@case(Want(dict(cat=6, dog=6), run='lists', clean=12))
def csv_against_the_folder(d):
    splits(d)
    names = [f'{s}/{c}/{i}.jpg,{c},{s == "train"}' for s in ('train', 'val') for c in ('cat', 'dog') for i in range(3)]
    table(d, rows(*names, head='path,noisy_labels_0,is_valid'), 'noisy_x.csv')
    return d


# ---- archives

@case(Want(TWO, run=SIX, clean=6))
def a_zip(d):
    pets(d/'pets')
    return shutil.make_archive(str(d/'photos'), 'zip', d, 'pets')

@case(Want(error='is a web page, not an archive'))
def a_zip_that_is_a_page(d):
    write(d, 'photos.zip', '<!DOCTYPE html><html>404</html>')
    return d/'photos.zip'

@case(Want(TWO, {'folders of other programs': 7}, run=SIX, clean=6))
def a_zip_from_a_mac(d):
    pets(d/'pets')
    with zipfile.ZipFile(d/'photos.zip', 'w') as z:
        for o in PETS:
            name = o.split(',')[0]
            z.write(d/'pets'/name, f'my photos/{name}')
            z.writestr(f'__MACOSX/my photos/{name}', b'x')
        z.writestr('__MACOSX/._my photos', b'x')
    return d/'photos.zip'

@case(Want(TWO, {'without the extension of an image': 1}, run=SIX, clean=6))
def a_zip_without_a_folder_at_the_top(d):
    write(pets(d/'pets'), 'readme.txt', 'x')
    return shutil.make_archive(str(d/'photos'), 'zip', d/'pets')

def packed(d, name, mode):
    pets(d/'pets')
    with tarfile.open(d/name, mode) as t: t.add(d/'pets', 'pets')
    return d/name

@case(ALL)
def a_tgz_that_a_browser_unpacked(d): return packed(d, 'photos.tgz', 'w')

@case(ALL)
def a_tar_that_is_packed(d): return packed(d, 'photos.tar', 'w:gz')

@case(Want(error='is cut short or damaged'))
def half_a_zip(d):
    whole = a_zip(d)
    write(d, 'half.zip', open(whole, 'rb').read()[:-60])
    return d/'half.zip'
