using System.IO.Compression;
using LiftPlus.Files;
using LiftPlus.Weights.Torch;
using static TorchSharp.torch;

namespace LiftPlus.Weights;

/// <summary>Writes files in the format of PyTorch's <c>torch.save</c>, for programs that read no other.</summary>
public static class TorchArchive
{
    private static readonly DateTimeOffset s_noTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // the zip format's first day

    /// <summary>
    /// Writes an ordered dictionary of tensors in the zip format, so that <c>torch.load(path, weights_only=True)</c> returns it on the CPU,
    /// with the same order, types and shapes. Tensors do not share storage, and one at a time is copied to the CPU. The file appears under
    /// its name only when it is complete, and the same tensors give the same bytes.
    /// </summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="tensors">Names and tensors; a name occurs once.</param>
    /// <param name="key">If given, the file contains a dictionary with the ordered dictionary under this key.</param>
    /// <exception cref="WeightFileException">A name occurs twice, a type cannot be stored, or the file cannot be written.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, string? key = null)
    {
        KeyValuePair<string, Tensor>[] entries = [.. tensors];
        if (entries.CountBy(entry => entry.Key).FirstOrDefault(count => count.Value > 1).Key is string twice)
            throw new WeightFileException(path, $"the name '{twice}' is given twice. Give every tensor a different name.");
        if (entries.FirstOrDefault(entry => PickleTypes.NameOf(entry.Value.dtype) is null) is { Key: string name, Value: Tensor wrong })
            throw new WeightFileException(path, $"tensor '{name}' has the type {wrong.dtype}, which is not written. Convert it first.");

        WholeFile.Write(
            path,
            stream => Write(stream, Path.GetFileNameWithoutExtension(path), entries, key),
            (problem, cause) => new WeightFileException(path, problem, cause)
        );
    }

    private static void Write(Stream stream, string root, KeyValuePair<string, Tensor>[] entries, string? key)
    {
        using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        Add(archive, $"{root}/data.pkl", data => data.Write(Pickle(entries, key)));
        Add(archive, $"{root}/byteorder", data => data.Write("little"u8));
        foreach ((int storage, (_, Tensor tensor)) in entries.Index())
            Add(archive, $"{root}/data/{storage}", data => TensorBytes.Read(tensor, data.Write));
        Add(archive, $"{root}/version", data => data.Write("3\n"u8));
    }

    private static void Add(ZipArchive archive, string name, Action<Stream> write)
    {
        ZipArchiveEntry entry = archive.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = s_noTime;
        using Stream data = entry.Open();
        write(data);
    }

    private static ReadOnlySpan<byte> Pickle(KeyValuePair<string, Tensor>[] entries, string? key)
    {
        Pickler pickle = new();
        if (key is not null)
            pickle.EmptyDictionary().Text(key);
        pickle.OrderedDictionary().Mark();
        foreach ((int storage, (string name, Tensor tensor)) in entries.Index())
            pickle.Text(name).Tensor(storage, tensor);
        pickle.SetItems();
        if (key is not null)
            pickle.SetItem();
        return pickle.Stop();
    }
}
