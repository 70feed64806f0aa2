#!/usr/bin/env bash
# Packs the library into a temporary feed and runs programs outside the repository that reference only the packages and libtorch: with dotnet run, four
# at once, published (framework-dependent, self-contained, single file), the applications of tests/consumers, and one without libtorch.
# All files, including the NuGet cache, are in a temporary folder of about 4 GB, which is deleted at the end. Runs on Linux x64.
# tests/LiftPlus.Consumer.Tests, part of dotnet test, is a faster version: it builds only tests/consumers and uses the machine's NuGet cache.
set -euo pipefail
package=${1:-LiftPlus}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(dotnet msbuild "$root/src/LiftPlus" -getProperty:Version)
hosting=$(sed -n 's:.*"Microsoft.Extensions.Hosting" Version="\(.*\)".*:\1:p' "$root/Directory.Packages.props")
torch=$(sed -n 's:.*"libtorch-cpu-linux-x64" Version="\(.*\)".*:\1:p' "$root/Directory.Packages.props")

echo "== pack"
for project in "$root"/src/LiftPlus*/*.csproj; do
    case $project in *.Cli.csproj) continue ;; esac # packed below with its libtorch
    dotnet pack "$project" -c Release -o "$work/feed" -v q -nologo
done

mkdir "$work/app" && cd "$work/app"
export NUGET_PACKAGES="$work/packages" DOTNET_BUNDLE_EXTRACT_BASE_DIR="$work/extracted"
cat > nuget.config <<EOF
<configuration><packageSources><add key="feed" value="$work/feed" /></packageSources></configuration>
EOF
cat > app.csproj <<EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <InvariantGlobalization>true</InvariantGlobalization>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
    <Nullable>enable</Nullable>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="$package" Version="$version" />
    <PackageReference Include="libtorch-cpu-linux-x64" Version="$torch" Condition="'\$(NoTorch)' == ''" />
  </ItemGroup>
</Project>
EOF
cat > Program.cs <<'EOF'
using System;
using TorchSharp;

if (args is ["idle"])
{
    Console.WriteLine(3);
    return;
}
if (args is ["missing"])
{
    try
    {
        LiftPlus.LibTorch.EnsureLoaded();
        Console.WriteLine("found");
    }
    catch (LiftPlus.LiftPlusException exception)
    {
        Console.WriteLine(exception.Message);
    }
    return;
}
Console.WriteLine(Tensors.Sum());

internal static class Tensors
{
    public static float Sum() => torch.ones(3).sum().item<float>();
}
EOF

# expect <what> <command...>: checks that the command prints 3.
expect() {
    local what=$1 printed
    shift
    printed=$("$@") || { echo "FAILED: $what: $printed"; exit 1; }
    [ "$printed" = 3 ] || { echo "FAILED: $what printed: $printed"; exit 1; }
    echo "ok: $what"
}

echo "== run"
dotnet build -c Release -v q -nologo
expect "dotnet run" dotnet run -c Release --no-build

echo "== four processes at once"
pids=()
for i in 1 2 3 4; do
    expect "process $i" dotnet bin/Release/net10.0/app.dll & pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid"; done

# published <what> <options...>: publishes, hides the packages it was built from, and runs the result.
published() {
    local what=$1
    shift
    rm -rf obj bin "$work/published"
    dotnet publish -c Release -v q -nologo -o "$work/published" "$@"
    mv "$NUGET_PACKAGES" "$NUGET_PACKAGES.away"
    [ -z "$(find "$work/published" -type l)" ] || { echo "FAILED: links in the $what folder"; exit 1; }
    expect "publish, $what ($(du -sm "$work/published" | cut -f1) MB)" "$work/published/app"
    mv "$NUGET_PACKAGES.away" "$NUGET_PACKAGES"
}

echo "== publish"
published "framework-dependent"
published "framework-dependent, linked bin" -p:CreateSymbolicLinksForCopyLocalIfPossible=true
published "self-contained" -r linux-x64 --self-contained
published "single file" -r linux-x64 --self-contained -p:PublishSingleFile=true
published "single file, natives inside" -r linux-x64 --self-contained -p:PublishSingleFile=true -p:IncludeNativeLibrariesForSelfExtract=true

echo "== applications of tests/consumers"
cp -r "$root/tests/consumers" "$work/consumers"
cp nuget.config "$work/consumers"
(
    cd "$work/consumers"
    dotnet build Consumers.slnx -c Release -v q -nologo "-p:LiftPlusVersion=$version" "-p:LibTorchVersion=$torch" "-p:HostingVersion=$hosting"
    clip="$root/samples/assets/tiny-clip"
    dotnet FolderTrainer/bin/Release/net10.0/FolderTrainer.dll "$clip" "$work/folder-trainer"
    dotnet WholeDay/bin/Release/net10.0/WholeDay.dll "$clip" "$work/whole-day"
    dotnet OwnMethod/bin/Release/net10.0/OwnMethod.dll "$clip"
    dotnet Worker/bin/Release/net10.0/Worker.dll "--Trainer:Backbone=$clip" "--Classifier:Model=$work/worker/model" "--Images=$work/worker"
)

echo "== the tool"
dotnet pack "$root/src/LiftPlus.Cli" -c Release -p:ToolPlatforms=linux-x64 -o "$work/feed" -v q -nologo
dotnet tool install LiftPlus.Cli --tool-path "$work/tool" --version "$version" --configfile nuget.config
mv "$NUGET_PACKAGES" "$NUGET_PACKAGES.away"
"$work/tool/liftplus" train --backbone "$root/samples/assets/tiny-clip" --train "$work/folder-trainer/train" --epochs 1 --output "$work/tool-model" --json
"$work/tool/liftplus" predict "$work/tool-model" "$work/folder-trainer/train" | grep -q '^path,class,probability,error$'
mv "$NUGET_PACKAGES.away" "$NUGET_PACKAGES"

echo "== without libtorch"
rm -rf obj bin "$NUGET_PACKAGES/libtorch-cpu-linux-x64"
dotnet build -c Release -v q -nologo -p:NoTorch=1
missing=$(dotnet bin/Release/net10.0/app.dll missing)
expect "a program that uses no tensor" dotnet bin/Release/net10.0/app.dll idle
grep -q "dotnet add package libtorch-cpu-linux-x64 --version $torch" <<< "$missing" || { echo "FAILED: message: $missing"; exit 1; }
echo "$missing"
echo "== all passed"
