using LiftPlus.Files;
using LiftPlus.Messages;
using LiftPlus.Weights.Protobuf;
using static TorchSharp.torch;

namespace LiftPlus.Weights.Onnx;

/// <summary>
/// Represents the tensors of a backbone in an ONNX file that LiftPlus wrote, under their own names and in their own layout. Everything in
/// the file is checked when it is opened; a tensor is read when it is asked for.
/// </summary>
internal sealed class OnnxSource : WeightSource
{
    /// <summary>The program that writes files that can be read.</summary>
    public const string Producer = "LiftPlus";

    private const string BatchCount = ".num_batches_tracked",
        RunningVariance = ".running_var";

    private readonly SourceFile _file;
    private readonly SourceFile? _data;
    private readonly Dictionary<string, TensorInfo> _tensors = [];
    private readonly Dictionary<string, OnnxPart[]> _parts = [];

    private OnnxSource(SourceFile file, SourceFile? data, OnnxContent content)
        : base(file.Path)
    {
        (_file, _data) = (file, data);
        Description = content.Metadata[OnnxNotes.Backbone];
        Dictionary<string, List<OnnxPart>> parts = [];
        foreach (OnnxTensor tensor in content.Tensors)
        {
            if (OnnxName.Parse(tensor.Name) is not OnnxName name)
                continue;
            if (!parts.TryGetValue(name.Tensor, out List<OnnxPart>? others))
                parts.Add(name.Tensor, others = []);
            others.Add(OnnxPart.Check(Path, name, tensor, tensor.Location is null ? file : data!));
        }

        foreach ((string name, List<OnnxPart> found) in parts)
            Add(name, [.. found.OrderBy(part => part.Start)]);
    }

    /// <summary>Gets the sizes and the preprocessing of the backbone, as JSON.</summary>
    public string Description { get; }

    public override string Format => "ONNX";

    public override IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    internal override IEnumerable<string> Paths => _data is null ? [Path] : [Path, _data.Path];

    /// <summary>Returns whether a file begins as ONNX files do: with the version of the format and another field of a model.</summary>
    public static bool IsOne(ReadOnlySpan<byte> start) =>
        start.Length >= SafetensorsHeader.PrefixLength
        && start[0] == OnnxFields.FormatVersion << 3
        && start[1] is > 0 and < 0x80
        && (start[2] & 7) == (int)WireType.Length
        && start[2] >> 3 is >= OnnxFields.Producer and <= OnnxFields.Metadata
        && start[3..SafetensorsHeader.PrefixLength].ContainsAnyExcept((byte)0); // such a safetensors header would be too large

    /// <summary>Opens a file, which it owns from then on.</summary>
    /// <exception cref="WeightFileException">The file is damaged, or its backbone cannot be read.</exception>
    public static OnnxSource Open(SourceFile file)
    {
        OnnxContent content = OnnxReader.Read(file);
        if (WhyUnreadable(content) is string problem)
            throw new WeightFileException(file.Path, problem);
        SourceFile? data = OnnxData.Open(file.Path, content.Tensors);
        try
        {
            return new OnnxSource(file, data, content);
        }
        catch
        {
            data?.Dispose();
            throw;
        }
    }

    internal override StoredTensor Find(string name) =>
        throw new NotSupportedException("A tensor of an ONNX file may be in several places.");

    internal override void CopyTo(string name, Tensor target)
    {
        Require(name);
        OnnxPart[] parts = _parts.GetValueOrDefault(name, []);
        if (parts.Length == 0)
            target.zero_();
        foreach (OnnxPart part in parts)
        {
            using Tensor rows = part.IsWhole ? target.alias() : target.narrow(0, part.Start, part.Shape[0]);
            part.Stored.CopyTo(rows);
        }
    }

    internal override Tensor ReadCopy(string name)
    {
        Require(name);
        LibTorch.EnsureLoaded();
        Tensor copy = empty([.. Tensors[name].Shape], dtype: Tensors[name].DataType, device: CPU);
        try
        {
            CopyTo(name, copy);
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        _data?.Dispose();
    }

    private void Require(string name)
    {
        if (!Tensors.ContainsKey(name))
            throw new WeightFileException(Path, $"tensor '{name}' is missing. Tensors in the file: {Tensors.Count}.");
    }

    private void Add(string name, OnnxPart[] parts)
    {
        long end = 0;
        foreach (OnnxPart part in parts)
        {
            bool follows = parts.Length == 1 ? part.Start == 0 : !part.IsWhole && part.Start == end;
            if (!follows || part.Type != parts[0].Type || !part.Shape.Skip(1).SequenceEqual(parts[0].Shape.Skip(1)))
                throw new WeightFileException(
                    Path,
                    $"constant '{MessageText.Shorten(part.Name)}' does not continue tensor '{MessageText.Shorten(name)}' at its row {end}. "
                        + "The file is damaged: fetch it again."
                );
            end += part.IsWhole ? 0 : part.Shape[0];
        }

        _parts.Add(name, parts);
        _tensors.Add(name, new TensorInfo(parts[0].Type, parts[0].IsWhole ? [.. parts[0].Shape] : [end, .. parts[0].Shape.Skip(1)]));
        if (name.EndsWith(RunningVariance, StringComparison.Ordinal)) // the count is not written, because it changes no number
            _tensors.TryAdd(name[..^RunningVariance.Length] + BatchCount, new TensorInfo(ScalarType.Int64, []));
    }

    private static string? WhyUnreadable(OnnxContent content)
    {
        const string Advice = "Load the weights that the model was made of, such as a model.safetensors.";
        if (content.Producer != Producer)
            return $"it was written by '{MessageText.Shorten(content.Producer)}', which does not say what its constants are. Only files of "
                + $"LiftPlus' OnnxExport can be read. {Advice}";
        if (content.Metadata.GetValueOrDefault(OnnxNotes.Weights) == nameof(OnnxWeights.Int8))
            return $"its weights are 8-bit integers, which are not the model's. Export it with Float32 or Float16 weights. {Advice}";
        if (!content.Metadata.ContainsKey(OnnxNotes.Backbone))
            return $"it holds no image encoder that LiftPlus knows: a text encoder alone, or an encoder of another program. {Advice}";
        return Adapters(content) is string adapters
            ? $"it computes adapters ({adapters}) that are not part of a backbone, so a backbone of it would give other features. "
                + $"Export the backbone itself with OnnxExport.SaveBackbone, or load the model's folder. {Advice}"
            : null;
    }

    private static string? Adapters(OnnxContent content) =>
        content.Metadata.TryGetValue(OnnxNotes.Adapters, out string? names)
            ? MessageText.Shorten(names.Trim('[', ']').Replace("\"", "", StringComparison.Ordinal))
            : null;
}
