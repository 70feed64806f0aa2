using System.Text.Json;
using LiftPlus.Files;

namespace LiftPlus.Weights;

/// <summary>
/// Represents several weight files under one index ("model.safetensors.index.json"), which says which file contains which tensor.
/// </summary>
internal sealed class ShardedWeights : WeightSource
{
    private readonly List<WeightSource> _files = [];
    private readonly Dictionary<string, WeightSource> _homes = [];
    private readonly Dictionary<string, TensorInfo> _tensors = [];

    private ShardedWeights(string path)
        : base(path) { }

    internal override IEnumerable<string> Paths => [Path, .. _files.Select(file => file.Path)];

    public override string Format => $"{string.Join(" and ", _files.Select(file => file.Format).Distinct())} in {_files.Count} parts";

    public override IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    public static ShardedWeights Open(string path)
    {
        ShardedWeights sharded = new(path);
        try
        {
            sharded.Read();
            return sharded;
        }
        catch
        {
            sharded.Dispose();
            throw;
        }
    }

    internal override StoredTensor Find(string name) =>
        _homes.TryGetValue(name, out WeightSource? file)
            ? file.Find(name)
            : throw new WeightFileException(Path, $"tensor '{name}' is missing. Tensors in the files: {Tensors.Count}.");

    protected override void Dispose(bool disposing) => _files.ForEach(file => file.Dispose());

    private void Read()
    {
        JsonFile index = JsonFile.Open(Path).Section("weight_map")
            ?? throw new WeightFileException(Path, "there is no 'weight_map'. Fetch the file again.");
        Dictionary<string, string> wanted = [];
        foreach ((string tensor, JsonElement file) in index.Entries)
        {
            if (file.ValueKind != JsonValueKind.String || !wanted.TryAdd(tensor, file.GetString()!))
                throw new WeightFileException(
                    Path,
                    $"the weight_map's entry '{tensor}' is not a file name or occurs twice. Fetch the file again."
                );
        }

        foreach (string name in wanted.Values.Distinct())
        {
            if (name.Length == 0 || name != System.IO.Path.GetFileName(name) || name is "." or "..")
                throw new WeightFileException(Path, $"the weight_map names the file '{name}'; only files of the same folder are read.");
            WeightSource file = WeightFile.OpenSingle(
                new SourceFile(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!, name))
            );
            _files.Add(file);
            foreach ((string tensor, TensorInfo info) in file.Tensors)
            {
                if (!_tensors.TryAdd(tensor, info))
                    throw new WeightFileException(file.Path, $"tensor '{tensor}' is in another file of {Path} too. Fetch the files again.");
                _homes.Add(tensor, file);
            }
        }

        foreach ((string tensor, string name) in wanted)
        {
            if (!_homes.TryGetValue(tensor, out WeightSource? home) || System.IO.Path.GetFileName(home.Path) != name)
                throw new WeightFileException(
                    Path,
                    $"the weight_map says that '{tensor}' is in '{name}', but it is not there. Fetch the files again."
                );
        }
    }
}
