#!/usr/bin/env bash
# Builds nnU-Net for .NET and installs it: the program into PREFIX/lib/nnunet, nnunet and a launcher for every
# nnUNet_… and nnUNetv2_… command into PREFIX/bin. Usage: ./install.sh [PREFIX] [MSBuild options], PREFIX is ~/.local by default.
set -euo pipefail

case "${1:-}" in
  -h|--help)
    echo "Usage: ./install.sh [PREFIX] [MSBuild options]"
    echo "Publishes nnU-Net for .NET into PREFIX/lib/nnunet and puts nnunet and every nnUNet_... and nnUNetv2_... command into PREFIX/bin."
    echo "PREFIX is ~/.local by default. For NVIDIA GPUs: ./install.sh ~/.local -p:NnUNetTorchBackend=cuda"
    exit 0 ;;
esac

prefix=$HOME/.local
if [ $# -gt 0 ] && [ "${1#-}" = "$1" ]; then
  prefix=$1
  shift
fi

command -v dotnet >/dev/null || { echo "install.sh: the .NET 10 SDK is missing; get it from https://dotnet.microsoft.com/download" >&2; exit 1; }
# Where dotnet is not in one of the places that programs look for it, the launchers say so.
dotnet_root=$(dirname "$(readlink -f "$(command -v dotnet)")")
export DOTNET_ROOT="${DOTNET_ROOT:-$dotnet_root}"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$prefix/bin" "$prefix/lib"
prefix=$(cd "$prefix" && pwd)
program=$prefix/lib/nnunet
fresh=$program.new.$$
trap 'rm -rf "$fresh"' EXIT

echo "Publishing into $program ..."
dotnet publish "$here/src/NnUNet.Cli" -c Release -o "$fresh" --nologo -v quiet "$@"

# The old version is replaced only once the new one answers.
"$fresh/nnunet" --version >/dev/null || { echo "install.sh: the published program does not start; nothing was installed" >&2; exit 1; }
rm -rf "$program"
mv "$fresh" "$program"

launcher() { # NAME [COMMAND]: a script that calls the program; it appears at once and whole
  {
    echo '#!/bin/sh'
    echo "export DOTNET_ROOT=\"\${DOTNET_ROOT:-$DOTNET_ROOT}\""
    echo '[ "$(ulimit -f)" = unlimited ] || export DOTNET_EnableWriteXorExecute=0 # .NET begins with a large file in memory otherwise'
    echo "exec \"$program/nnunet\" ${2:+$2 }\"\$@\""
  } > "$prefix/bin/$1.new"
  chmod 755 "$prefix/bin/$1.new"
  mv -f "$prefix/bin/$1.new" "$prefix/bin/$1"
}

launcher nnunet
while read -r name; do
  launcher "$name" "$name"
done < "$here/build/commands.txt"

echo "Installed $("$prefix/bin/nnunet" --version); the commands are in $prefix/bin."
case ":$PATH:" in
  *":$prefix/bin:"*) ;;
  *) echo "Add $prefix/bin to your PATH:  export PATH=\"$prefix/bin:\$PATH\"" ;;
esac
