using System.Collections.Immutable;
using System.Text.Json;
using LiftPlus.Messages;
using static TorchSharp.torch;

namespace LiftPlus.Weights;

/// <summary>
/// Represents the JSON header of a safetensors file: {"name": {"dtype", "shape", "data_offsets"}, "__metadata__": {...}}. Everything in it
/// is checked before use: the tensors must cover the data exactly, without overlap or gap.
/// </summary>
internal sealed class SafetensorsHeader
{
    public const int PrefixLength = 8;
    public const long MaxLength = 100_000_000;
    private const int LongestCause = 300, // it may quote the file
        MaxDepth = 8,
        MaxRank = 32,
        MaxTensors = 1 << 17,
        MaxEntries = 10_000;
    private const long MaxMetadataLength = 32 << 20;

    public static readonly IReadOnlyDictionary<string, ScalarType> DataTypes = new Dictionary<string, ScalarType>
    {
        ["F64"] = ScalarType.Float64,
        ["F32"] = ScalarType.Float32,
        ["F16"] = ScalarType.Float16,
        ["BF16"] = ScalarType.BFloat16,
        ["I64"] = ScalarType.Int64,
        ["I32"] = ScalarType.Int32,
        ["I16"] = ScalarType.Int16,
        ["I8"] = ScalarType.Int8,
        ["U8"] = ScalarType.Byte,
        ["BOOL"] = ScalarType.Bool,
    };

    private readonly string _path;
    private readonly long _dataStart,
        _dataLength;
    private readonly Dictionary<string, TensorInfo> _tensors = [];
    private readonly Dictionary<string, string> _metadata = [];

    private SafetensorsHeader(string path, long dataStart, long dataLength) =>
        (_path, _dataStart, _dataLength) = (path, dataStart, dataLength);

    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Reads the header of a file of <paramref name="fileLength"/> bytes.</summary>
    /// <param name="path">For messages.</param>
    /// <param name="json">The header without its length prefix.</param>
    /// <param name="fileLength">Bytes of the whole file.</param>
    public static SafetensorsHeader Parse(string path, ReadOnlySpan<byte> json, long fileLength)
    {
        long dataStart = PrefixLength + json.Length;
        SafetensorsHeader header = new(path, dataStart, fileLength - dataStart);
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            header.ReadTable(ref reader);
        }
        // InvalidOperationException: a string that is not valid UTF-8 or UTF-16.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new WeightFileException(
                path,
                $"the header is not valid JSON near byte {PrefixLength + reader.BytesConsumed} ({Cause(e)}). "
                    + "Fetch the file again, or check that it is a safetensors file.",
                e
            );
        }

        header.CheckCoverage();
        return header;
    }

    private void ReadTable(ref Utf8JsonReader reader)
    {
        reader.Read();
        Require(reader.TokenType == JsonTokenType.StartObject, ref reader, "an object {...} of tensors");
        bool hasMetadata = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (name == "__metadata__")
            {
                Require(!hasMetadata, ref reader, "only one __metadata__");
                hasMetadata = true;
                ReadMetadata(ref reader);
            }
            else if (_tensors.Count == MaxTensors)
            {
                throw new WeightFileException(
                    _path,
                    $"the header names more than {MaxTensors} tensors. This is not a model's weight file."
                );
            }
            else if (!_tensors.TryAdd(name, ReadTensor(ref reader, name)))
            {
                throw Wrong(ref reader, name, "the name occurs twice");
            }
        }

        reader.Read(); // anything but white space after the object throws here
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        Require(reader.TokenType == JsonTokenType.StartObject, ref reader, "an object as __metadata__");
        long start = reader.BytesConsumed;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string key = reader.GetString()!;
            reader.Read();
            Require(reader.TokenType == JsonTokenType.String, ref reader, $"a string as metadata '{MessageText.Shorten(key)}'");
            if (_metadata.Count == MaxEntries || reader.BytesConsumed - start > MaxMetadataLength)
                throw new WeightFileException(
                    _path,
                    $"the header has more than {MaxEntries} entries or {MaxMetadataLength} bytes of __metadata__. "
                        + "This is not a model's weight file."
                );
            if (!_metadata.TryAdd(key, reader.GetString()!))
                throw Wrong(ref reader, "__metadata__", $"the entry '{MessageText.Shorten(key)}' occurs twice");
        }
    }

    private TensorInfo ReadTensor(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Wrong(ref reader, name, $"expected an object with dtype, shape and data_offsets, found {reader.TokenType}");
        string? type = null;
        ImmutableArray<long> shape = default,
            offsets = default;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string field = reader.GetString()!;
            reader.Read();
            switch (field)
            {
                case "dtype" when type is null && reader.TokenType == JsonTokenType.String:
                    type = reader.GetString()!;
                    break;
                case "shape" when shape.IsDefault:
                    shape = ReadNumbers(ref reader, name, field, MaxRank);
                    break;
                case "data_offsets" when offsets.IsDefault:
                    offsets = ReadNumbers(ref reader, name, field, 2);
                    break;
                case "dtype" or "shape" or "data_offsets":
                    throw Wrong(ref reader, name, $"'{field}' occurs twice or is not what it should be");
                default:
                    reader.Skip(); // a later version's addition
                    break;
            }
        }

        if (type is null || shape.IsDefault || offsets.IsDefault || offsets.Length != 2)
            throw Wrong(ref reader, name, "dtype, shape or the two data_offsets are missing");
        if (!DataTypes.TryGetValue(type, out ScalarType scalarType))
            throw Wrong(ref reader, name, $"the dtype '{MessageText.Shorten(type)}' is not one of {string.Join(", ", DataTypes.Keys)}");
        return Check(ref reader, name, scalarType, shape, offsets[0], offsets[1]);
    }

    private TensorInfo Check(ref Utf8JsonReader reader, string name, ScalarType type, ImmutableArray<long> shape, long begin, long end)
    {
        if (begin > end || end > _dataLength)
            throw Wrong(ref reader, name, $"its data_offsets {begin} to {end} are outside the {_dataLength} bytes of data in the file");
        if (TensorInfo.Count(shape) is not long count)
            throw Wrong(ref reader, name, $"its shape {TensorInfo.Format(shape)} is too large to exist");
        long size = count * TensorInfo.SizeOf(type);
        if (size != end - begin)
        {
            throw Wrong(
                ref reader,
                name,
                $"its shape {TensorInfo.Format(shape)} of {type} takes {size} bytes "
                    + $"but its data_offsets {begin} to {end} hold {end - begin}"
            );
        }

        return new TensorInfo(type, shape) { Offset = _dataStart + begin };
    }

    private ImmutableArray<long> ReadNumbers(ref Utf8JsonReader reader, string name, string field, int limit)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Wrong(ref reader, name, $"'{field}' should be an array, found {reader.TokenType}");
        ImmutableArray<long>.Builder numbers = ImmutableArray.CreateBuilder<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
                throw Wrong(ref reader, name, $"'{field}' should hold whole numbers of 0 or more");
            if (numbers.Count == limit)
                throw Wrong(ref reader, name, $"'{field}' holds more than {limit} numbers");
            numbers.Add(number);
        }

        return numbers.ToImmutable();
    }

    private void CheckCoverage()
    {
        long expected = _dataStart;
        foreach ((string name, TensorInfo info) in _tensors.OrderBy(t => t.Value.Offset).ThenBy(t => t.Value.ElementCount))
        {
            if (info.Offset != expected)
            {
                throw new WeightFileException(
                    _path,
                    $"tensor '{MessageText.Shorten(name)}' begins at byte {info.Offset}, but the one before it ends at byte {expected}: "
                        + "tensors may neither overlap nor leave a gap. The file is damaged or not written by a safetensors library."
                );
            }

            expected += info.ByteCount;
        }

        if (expected != _dataStart + _dataLength)
        {
            throw new WeightFileException(
                _path,
                $"the last tensor ends at byte {expected} but the file has {_dataStart + _dataLength} bytes. " + "Fetch the file again."
            );
        }
    }

    private void Require(bool condition, ref Utf8JsonReader reader, string what)
    {
        if (!condition)
            throw new WeightFileException(
                _path,
                $"the header should hold {what} near byte {PrefixLength + reader.TokenStartIndex}, found {reader.TokenType}."
            );
    }

    private WeightFileException Wrong(ref Utf8JsonReader reader, string name, string problem) =>
        new(
            _path,
            $"tensor '{MessageText.Shorten(name)}', near byte {PrefixLength + reader.TokenStartIndex} of the header: {problem}. "
                + "The file is damaged: fetch it again."
        );

    private static string Cause(Exception e) => MessageText.Shorten(e.Message.Split('\n')[0].TrimEnd(), LongestCause);
}
