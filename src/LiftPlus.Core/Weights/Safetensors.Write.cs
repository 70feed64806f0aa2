using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using LiftPlus.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Weights;

public sealed partial class Safetensors
{
    /// <summary>
    /// Writes tensors to a file. They may be on any device and of any layout; one at a time is copied to the CPU. The file appears under
    /// its name only when it is complete. The same tensors give the same bytes.
    /// </summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="tensors">Names and tensors; a name occurs once.</param>
    /// <param name="metadata">Notes in the header.</param>
    /// <exception cref="WeightFileException">
    /// A name occurs twice or is reserved, a type cannot be stored, or the file cannot be written.
    /// </exception>
    public static void Write(
        string path,
        IEnumerable<KeyValuePair<string, Tensor>> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        // Larger elements first keeps every tensor aligned to its element.
        KeyValuePair<string, Tensor>[] ordered =
        [
            .. tensors.OrderByDescending(t => TensorInfo.SizeOf(t.Value.dtype)).ThenBy(t => t.Key, StringComparer.Ordinal),
        ];
        byte[] header = WriteHeader(path, ordered, metadata);
        WholeFile.Write(
            path,
            stream =>
            {
                stream.Write(header);
                foreach ((_, Tensor tensor) in ordered)
                    TensorBytes.Read(tensor, stream.Write);
            },
            (problem, cause) => new WeightFileException(path, problem, cause)
        );
    }

    private static byte[] WriteHeader(string path, KeyValuePair<string, Tensor>[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using MemoryStream json = new();
        json.Write(stackalloc byte[SafetensorsHeader.PrefixLength]);
        using (Utf8JsonWriter writer = new(json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                writer.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                    writer.WriteString(key, value);
                writer.WriteEndObject();
            }

            HashSet<string> names = ["__metadata__"];
            long offset = 0;
            foreach ((string name, Tensor tensor) in tensors)
            {
                if (!names.Add(name))
                    throw new WeightFileException(
                        path,
                        $"the name '{name}' is reserved or given twice. Give every tensor a different name."
                    );
                string type = SafetensorsHeader.DataTypes.FirstOrDefault(pair => pair.Value == tensor.dtype).Key
                    ?? throw new WeightFileException(
                        path,
                        $"tensor '{name}' has the type {tensor.dtype}, which the format does not hold. Convert it first."
                    );
                long end = offset + tensor.NumberOfElements * TensorInfo.SizeOf(tensor.dtype);
                writer.WriteStartObject(name);
                writer.WriteString("dtype", type);
                WriteNumbers(writer, "shape", tensor.shape);
                WriteNumbers(writer, "data_offsets", [offset, end]);
                writer.WriteEndObject();
                offset = end;
            }

            writer.WriteEndObject();
        }

        while (json.Length % 8 != 0)
            json.WriteByte((byte)' ');
        byte[] header = json.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - SafetensorsHeader.PrefixLength);
        return header;
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string name, ReadOnlySpan<long> numbers)
    {
        writer.WriteStartArray(name);
        foreach (long number in numbers)
            writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }
}
