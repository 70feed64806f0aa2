using LiftPlus.Files;
using LiftPlus.Weights.Onnx;

namespace LiftPlus.Onnx;

/// <summary>
/// Writes a graph as an ONNX file. Constants are written one at a time; large ones may go to a second file beside it, because a protobuf
/// message ends at 2 GB.
/// </summary>
internal sealed class OnnxFile
{
    /// <summary>What the name of the second file ends with.</summary>
    public const string DataEnding = ".data";

    private const int Alignment = 4096, // a page: the second file is mapped into memory
        SmallestExternal = 1024; // what shapes depend on stays inside

    private const long LargestMessage = int.MaxValue - (1 << 20);

    private readonly string _path;
    private readonly OnnxGraph _graph;
    private readonly Protobuf _model = new();
    private readonly Dictionary<OnnxConstant, Protobuf> _headers = [];
    private readonly Dictionary<OnnxConstant, long> _offsets = [];

    /// <summary>Plans a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="metadata">Notes for the user of the file.</param>
    /// <param name="version">The version of the library.</param>
    /// <param name="isExternal">Whether large constants go to a second file; null where one would be too large.</param>
    public OnnxFile(string path, OnnxGraph graph, IEnumerable<KeyValuePair<string, string>> metadata, string version, bool? isExternal)
    {
        (_path, _graph) = (path, graph);
        long length = graph.Nodes.Length + graph.Constants.Sum(constant => constant.Length + 64);
        if (isExternal == false && length > LargestMessage)
            graph.Refusals.Add(
                $"the weights take {length:N0} bytes, and one ONNX file holds 2 GB; let it have a second file (ExternalData)"
            );
        if (isExternal ?? length > LargestMessage)
            PlanData();
        WriteModel(metadata, version);
        foreach (OnnxConstant constant in graph.Constants)
            _headers.Add(constant, Header(constant));
    }

    /// <summary>Gets whether there is a second file.</summary>
    public bool HasData => _offsets.Count > 0;

    /// <summary>Writes the second file, if there is one, and then the first: where it is, both are complete.</summary>
    /// <exception cref="LiftPlusException">The file cannot be written, or there are two and the first exists.</exception>
    public void Write(CancellationToken cancellationToken)
    {
        if (HasData)
            WriteBoth(cancellationToken);
        else
            WholeFile.Write(_path, stream => WriteGraph(stream, cancellationToken));
    }

    private void WriteBoth(CancellationToken cancellationToken)
    {
        if (File.Exists(_path))
            throw new LiftPlusException(
                $"{_path} exists, and together with {Path.GetFileName(_path)}{DataEnding} it cannot be replaced in one step. "
                    + "Choose a new name, or delete it."
            );
        WholeFile.Write(_path + DataEnding, stream => WriteData(stream, cancellationToken));
        try
        {
            WholeFile.Write(_path, stream => WriteGraph(stream, cancellationToken));
        }
        catch when (!File.Exists(_path))
        {
            Strays.TryDelete(_path + DataEnding); // no model without the first file
            throw;
        }
    }

    private void PlanData()
    {
        long end = 0;
        foreach (OnnxConstant constant in _graph.Constants.Where(constant => constant.Length >= SmallestExternal))
        {
            _offsets.Add(constant, end);
            end = (end + constant.Length + Alignment - 1) / Alignment * Alignment;
        }
    }

    private void WriteModel(IEnumerable<KeyValuePair<string, string>> metadata, string version)
    {
        _model
            .Integer(OnnxFields.FormatVersion, FormatVersion(_graph.Opset))
            .Text(OnnxFields.Producer, OnnxSource.Producer)
            .Text(OnnxFields.ProducerVersion, version)
            .Message(OnnxFields.OperatorSet, OperatorSet("", _graph.Opset));
        if (_graph.UsesMicrosoft)
            _model.Message(OnnxFields.OperatorSet, OperatorSet("com.microsoft", 1));
        foreach ((string key, string value) in metadata)
            _model.Message(OnnxFields.Metadata, OnnxMessages.Entry(key, value));
    }

    private static Protobuf OperatorSet(string domain, int version) =>
        new Protobuf().Text(OnnxFields.SetDomain, domain).Integer(OnnxFields.SetVersion, version);

    // The version of the file format that came with a version of the operators.
    private static int FormatVersion(int opset) =>
        opset switch
        {
            <= 18 => 8,
            <= 20 => 9,
            _ => 10,
        };

    // A TensorProto up to its bytes.
    private Protobuf Header(OnnxConstant constant)
    {
        var header = new Protobuf();
        foreach (long size in constant.Shape)
            header.Integer(OnnxFields.TensorSize, size);
        header.Integer(OnnxFields.TensorType, (int)constant.Type).Text(OnnxFields.TensorName, constant.Name);
        if (!_offsets.TryGetValue(constant, out long offset))
            return header.Begin(OnnxFields.TensorBytes, constant.Length);
        return header
            .Message(OnnxFields.TensorPlace, OnnxMessages.Entry("location", Path.GetFileName(_path) + DataEnding))
            .Message(OnnxFields.TensorPlace, OnnxMessages.Entry("offset", $"{offset}"))
            .Message(OnnxFields.TensorPlace, OnnxMessages.Entry("length", $"{constant.Length}"))
            .Integer(OnnxFields.TensorIsElsewhere, 1);
    }

    private long InsideLength(OnnxConstant constant) =>
        _headers[constant].Bytes.Length + (_offsets.ContainsKey(constant) ? 0 : constant.Length);

    private void WriteGraph(Stream stream, CancellationToken cancellationToken)
    {
        Protobuf name = new Protobuf().Text(OnnxFields.GraphName, "liftplus");
        long length =
            name.Bytes.Length
            + _graph.Nodes.Length
            + _graph.Constants.Sum(constant => Start(constant).Bytes.Length + InsideLength(constant));
        stream.Write(_model.Bytes);
        stream.Write(new Protobuf().Begin(OnnxFields.Graph, length).Bytes);
        stream.Write(name.Bytes);
        stream.Write(_graph.Nodes);
        foreach (OnnxConstant constant in _graph.Constants)
        {
            cancellationToken.ThrowIfCancellationRequested();
            stream.Write(Start(constant).Bytes);
            stream.Write(_headers[constant].Bytes);
            if (!_offsets.ContainsKey(constant))
                constant.Write(stream);
        }
    }

    private Protobuf Start(OnnxConstant constant) => new Protobuf().Begin(OnnxFields.Initializer, InsideLength(constant));

    private void WriteData(Stream stream, CancellationToken cancellationToken)
    {
        byte[] gap = new byte[Alignment];
        foreach ((OnnxConstant constant, long offset) in _offsets)
        {
            cancellationToken.ThrowIfCancellationRequested();
            stream.Write(gap, 0, (int)(offset - stream.Position));
            constant.Write(stream);
        }
    }
}
