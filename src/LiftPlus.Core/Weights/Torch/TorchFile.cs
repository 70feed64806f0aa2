using System.Buffers.Binary;
using System.Globalization;
using LiftPlus.Files;
using LiftPlus.Pickles;

namespace LiftPlus.Weights.Torch;

/// <summary>
/// Represents what torch.save or torch.jit.save wrote: a zip file with a pickle and one entry per storage, or the older sequence of pickles
/// followed by the storages. Nested dictionaries and modules become names joined by dots; values that are not tensors are left out.
/// </summary>
internal sealed class TorchFile : WeightSource
{
    private const int MaxDepth = 32,
        MaxValues = 1_000_000,
        MaxName = 1000,
        AnyValues = 1000, // however short the pickle is
        BytesPerTensor = 32; // of the pickle, at least
    private const long MaxSharing = 8; // tied weights share storages; a file that claims many times its own size is hostile
    private const long LegacyVersion = 1001,
        LegacyStart = 15;
    private static readonly byte[] s_legacyMagic = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];

    private readonly SourceFile _file;
    private readonly Dictionary<string, (long Offset, long Length)> _storages = []; // in bytes of the file
    private readonly Dictionary<string, PickleTensor> _found = [];
    private readonly Dictionary<string, TensorInfo> _tensors = [];
    private long _total,
        _pickleLength,
        _nameLengths;
    private int _visited;
    private string _format = "";

    private TorchFile(SourceFile file)
        : base(file.Path) => _file = file;

    public override string Format => _format;

    public override IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    /// <summary>Returns whether a file begins like one of these.</summary>
    public static bool IsOne(ReadOnlySpan<byte> start) =>
        start.StartsWith("PK\x03\x04"u8) || (start.Length > 14 && start[0] == 0x80 && start[2..].StartsWith(s_legacyMagic));

    /// <summary>Reads the file's directory and pickle; the caller keeps the file when it cannot be read.</summary>
    public static TorchFile Open(SourceFile file)
    {
        TorchFile torch = new(file);
        torch.Collect("", file.Bytes(0, 2).SequenceEqual("PK"u8) ? torch.ReadArchive() : torch.ReadLegacy(), 0);
        return torch._tensors.Count > 0
            ? torch
            : throw new WeightFileException(file.Path, "the file contains no named tensors. Save a state_dict instead.");
    }

    internal override StoredTensor Find(string name)
    {
        if (!_found.TryGetValue(name, out PickleTensor? tensor))
            throw new WeightFileException(Path, $"tensor '{name}' is missing. Tensors in the file: {Tensors.Count}.");
        long offset = _storages[tensor.Storage.Key].Offset + tensor.Offset * TensorInfo.SizeOf(tensor.Storage.Type);
        bool isRowMajor = tensor.Strides.AsSpan().SequenceEqual(StoredTensor.RowMajor(tensor.Shape));
        return new StoredTensor(_file, tensor.Storage.Type, offset, tensor.Shape, isRowMajor ? null : tensor.Strides);
    }

    protected override void Dispose(bool disposing) => _file.Dispose();

    private object ReadArchive()
    {
        Dictionary<string, ZipDirectory.Entry> entries = ZipDirectory.Read(_file);
        string[] pickles =
        [
            .. entries.Keys.Where(name =>
                name.EndsWith("/data.pkl", StringComparison.Ordinal) && name.IndexOf('/') == name.Length - "/data.pkl".Length
            ),
        ];
        if (pickles.Length != 1)
            throw new WeightFileException(
                Path,
                $"it is a zip file with {pickles.Length} entries like 'name/data.pkl' instead of one. Expected what torch.save writes."
            );
        string root = pickles[0][..^"data.pkl".Length];
        if (
            entries.ContainsKey(root + "byteorder")
            && Stored(entries, root + "byteorder") is var order
            && !_file.Bytes(order.Offset, (int)Math.Min(order.Length, 6)).SequenceEqual("little"u8)
        )
        {
            throw new WeightFileException(Path, "its numbers are not stored little end first. Save it again on an ordinary machine.");
        }

        bool isScript = entries.ContainsKey(root + "constants.pkl");
        _format = isScript ? "TorchScript archive" : "torch.save archive";
        ZipDirectory.Entry pickle = Stored(entries, pickles[0]);
        WeightNames names = new(isScript);
        Unpickler unpickler = new(_file, pickles[0], pickle.Offset, pickle.Offset + pickle.Length, names);
        object value = unpickler.Load();
        _pickleLength = pickle.Length;
        foreach (string key in names.StorageKeys)
        {
            ZipDirectory.Entry entry = Stored(entries, $"{root}data/{key}");
            _storages.Add(key, (entry.Offset, entry.Length));
        }

        return value;
    }

    private ZipDirectory.Entry Stored(Dictionary<string, ZipDirectory.Entry> entries, string name)
    {
        if (!entries.TryGetValue(name, out ZipDirectory.Entry? entry))
            throw new WeightFileException(Path, $"entry '{name}' is missing. Fetch the file again.");
        return entry.IsStored
            ? entry
            : throw new WeightFileException(
                Path,
                $"the entry '{name}' is compressed or encrypted, which torch.save does not do. Save it again."
            );
    }

    // Magic number, version, machine, value, list of storage keys: five pickles; then each storage's element count and elements.
    private object ReadLegacy()
    {
        _format = "torch.save file of before PyTorch 1.6";
        Unpickler version = new(_file, "version", LegacyStart, _file.Length, new WeightNames(isScript: false));
        if (version.Load() is not LegacyVersion)
            throw new WeightFileException(Path, $"it should be of version {LegacyVersion}. Save it again with a newer PyTorch.");
        Unpickler machine = new(_file, "machine", version.Position, _file.Length, new WeightNames(isScript: false));
        if (
            machine.Load() is not Dictionary<object, object> facts
            || !facts.TryGetValue("little_endian", out object? isLittle)
            || isLittle is not true
        )
            throw new WeightFileException(Path, "its numbers are not stored little end first. Save it again on an ordinary machine.");
        WeightNames known = new(isScript: false);
        Unpickler unpickler = new(_file, "value", machine.Position, _file.Length, known);
        object value = unpickler.Load();
        _pickleLength = unpickler.Position - machine.Position;
        Unpickler keys = new(_file, "storage keys", unpickler.Position, _file.Length, new WeightNames(isScript: false));
        if (keys.Load() is not List<object> names)
            throw new WeightFileException(Path, $"byte {unpickler.Position}: a list of storages should follow. Fetch the file again.");
        long at = keys.Position;
        foreach (object name in names)
        {
            if (
                name is not string key
                || known.StorageOf(key) is not PickleStorage storage
                || !_storages.TryAdd(key, (at + 8, storage.Count * TensorInfo.SizeOf(storage.Type)))
            )
                throw new WeightFileException(
                    Path,
                    $"byte {at}: the storage '{name}' is not one of the value's, or is listed twice. Fetch the file again."
                );
            long count = at <= _file.Length - 8 ? BinaryPrimitives.ReadInt64LittleEndian(_file.Bytes(at, 8)) : -1;
            if (count != storage.Count || _storages[key].Length > _file.Length - at - 8)
                throw new WeightFileException(
                    Path,
                    $"byte {at}: the storage '{key}' should have {storage.Count} elements, but has {count} or is cut short. "
                        + "Fetch the file again."
                );
            at += 8 + _storages[key].Length;
        }

        return value;
    }

    private void Collect(string name, object value, int depth)
    {
        // Parts of a pickle may be used in many places, but the whole is no more than a pickle of its length describes.
        _nameLengths += name.Length;
        if (++_visited > MaxValues || depth > MaxDepth || _nameLengths > AnyValues * MaxName + 8 * _pickleLength)
            throw new WeightFileException(
                Path,
                $"its values are nested deeper than {MaxDepth} or more than {MaxValues}, or their names are longer than a pickle of "
                    + $"{_pickleLength} bytes needs; this is not a weight file."
            );
        switch (value)
        {
            case PickleTensor tensor when name.Length > 0:
                Add(name, tensor);
                break;
            case PickleModule module:
                Collect(name, module.Attributes, depth);
                break;
            case Dictionary<object, object> dictionary:
                foreach ((object key, object item) in dictionary)
                {
                    string? part = key switch
                    {
                        string text => text,
                        long number => number.ToString(CultureInfo.InvariantCulture),
                        _ => null,
                    };
                    if (name.Length + part?.Length > MaxName)
                        throw new WeightFileException(
                            Path,
                            $"the name of a value in it is longer than {MaxName} characters; this is not a weight file."
                        );
                    if (part is not null)
                        Collect(name.Length == 0 ? part : $"{name}.{part}", item, depth + 1);
                }

                break;
        }
    }

    private void Add(string name, PickleTensor tensor)
    {
        int size = TensorInfo.SizeOf(tensor.Storage.Type);
        if (!_storages.TryGetValue(tensor.Storage.Key, out (long Offset, long Length) place) || tensor.Storage.Count > place.Length / size)
        {
            throw new WeightFileException(
                Path,
                $"the storage '{tensor.Storage.Key}' of tensor '{name}' should have {tensor.Storage.Count} elements of {size} bytes, "
                    + $"but has {place.Length} bytes. Fetch the file again."
            );
        }

        TensorInfo info = new(tensor.Storage.Type, [.. tensor.Shape]);
        if ((_total += size * StoredTensor.Span(tensor.Shape, tensor.Strides)) > MaxSharing * _file.Length)
            throw new WeightFileException(
                Path,
                $"its tensors together claim more than {MaxSharing} times the file's {_file.Length} bytes. "
                    + "This is not an ordinary weight file."
            );
        if (_tensors.Count > AnyValues + _pickleLength / BytesPerTensor)
            throw new WeightFileException(
                Path,
                $"it names more than {_tensors.Count} tensors in a pickle of {_pickleLength} bytes. This is not an ordinary weight file."
            );
        if (!_tensors.TryAdd(name, info))
            throw new WeightFileException(Path, $"the name '{name}' occurs twice.");
        _found.Add(name, tensor);
    }
}
