#!/bin/sh
# Trains in bounded parts until the stages are done; started again, it goes on from the last state.
#
#     run.sh STATE START PAINTER ART A_SECONDS B_SECONDS C_SECONDS
#
# STATE: folder for everything that is written. START: folder in diffusers' layout to begin with. PAINTER: the built program paint.
# ART: assets/art/data/art.zip. A stage with 0 seconds is left out. PYTHON names the interpreter, PART the seconds of a part, MORE
# further arguments of train.py, COUNT the number of captions.
# STATE/pid holds the trainer's process: kill -STOP pauses it, kill -CONT goes on, kill ends the part and this script.
set -eu
state=$1 start=$2 painter=$3 art=$4
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3} part=${PART:-1800} count=${COUNT:-200000} more=${MORE:-}
mkdir -p "$state"
if [ ! -s "$state/captions.txt" ]; then
    "$python" "$here/captions.py" "$art" "$count" "$state/captions.txt"
fi

stage() { # stage name, its folder in the state, seconds in all, further arguments
    name=$1 folder=$2 total=$3
    shift 3
    while [ "$total" -gt 0 ] && ! grep -qs '"done": true' "$state/$folder/figures.json"; do
        # shellcheck disable=SC2086
        "$python" -W ignore "$here/train.py" "$name" --state "$state" --start "$start" --painter "$painter" \
            --captions "$state/captions.txt" --seconds "$part" --total "$total" "$@" $more &
        echo $! > "$state/pid"
        wait $!
    done
}

stage A autoencoder "$5" --batch "${A_BATCH:-8}"
stage B denoiser "$6" --batch "${B_BATCH:-16}"
stage C distil "$7" --batch "${C_BATCH:-16}"
