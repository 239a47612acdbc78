#!/bin/sh
# Sends an image to a segmentation service and saves the segmentation: call.sh IMAGE SEGMENTATION [ADDRESS [TOKEN]]
set -eu
image=$1 segmentation=$2 address=${3:-http://127.0.0.1:8470} token=${4:-}
auth="Authorization: Bearer $token"
# The name that is sent has the image's ending alone: the service needs no more, and names may be those of patients.
name=image.$(basename "$image" | sed 's/^[^.]*\.//')
job=$(curl --fail-with-body -sS -H "$auth" -F "channel_0=@$image;filename=$name" "$address/v1/segmentations" | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')
curl --fail-with-body -sSN -H "$auth" "$address/v1/segmentations/$job/events" | sed -n 's/.*"state":"\([a-z]*\)".*"progress":\([0-9.]*\).*/\1 \2/p'
curl --fail-with-body -sS -H "$auth" -o "$segmentation" "$address/v1/segmentations/$job/result"
curl --fail-with-body -sS -H "$auth" "$address/v1/segmentations/$job/statistics"
curl --fail-with-body -sS -H "$auth" -X DELETE "$address/v1/segmentations/$job"
