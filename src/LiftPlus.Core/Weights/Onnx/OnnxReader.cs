using System.Globalization;
using LiftPlus.Files;
using LiftPlus.Messages;
using LiftPlus.Weights.Protobuf;

namespace LiftPlus.Weights.Onnx;

/// <summary>
/// Reads the constants and the metadata of an ONNX file without their data, one message at a time. Operators are passed over, so that no
/// graph is walked.
/// </summary>
internal sealed class OnnxReader
{
    private const int MostTensors = 1 << 17,
        MostNotes = 10_000,
        MostPlaces = 16, // of one tensor
        LongestName = 1 << 12,
        LongestNote = 1 << 25,
        MostAxes = 32;

    private readonly Dictionary<string, string> _metadata = [];
    private readonly Dictionary<string, OnnxTensor> _tensors = [];
    private readonly List<OnnxTensor> _order = [];
    private string _producer = "";
    private bool _hasGraph;

    private OnnxReader() { }

    /// <summary>Reads a file.</summary>
    /// <exception cref="WeightFileException">The file is damaged.</exception>
    public static OnnxContent Read(SourceFile file)
    {
        OnnxReader reader = new();
        reader.ReadModel(new ProtobufReader(new FileOnDisk(file), 0, file.Length, "model", new FieldBudget("an ONNX file")));
        if (!reader._hasGraph)
            throw new WeightFileException(
                file.Path,
                $"the {file.Length} bytes hold no graph. The file was cut short, or is not an ONNX file: fetch it again."
            );
        return new OnnxContent(reader._producer, reader._metadata, reader._order);
    }

    private void ReadModel(ProtobufReader model)
    {
        while (model.Next())
        {
            switch (model.Field)
            {
                case OnnxFields.Producer:
                    _producer = model.ReadText(LongestName);
                    break;
                case OnnxFields.Graph when _hasGraph:
                    throw model.Wrong("a second graph begins");
                case OnnxFields.Graph:
                    _hasGraph = true;
                    ReadGraph(model.ReadMessage("graph"));
                    break;
                case OnnxFields.Metadata:
                    (string key, string value) = ReadEntry(model.ReadMessage("metadata"), LongestNote);
                    if (_metadata.Count == MostNotes)
                        throw model.Wrong($"it has more than {MostNotes} notes");
                    if (!_metadata.TryAdd(key, value))
                        throw model.Wrong($"the note '{MessageText.Shorten(key)}' occurs twice");
                    break;
            }
        }
    }

    private void ReadGraph(ProtobufReader graph)
    {
        while (graph.Next())
        {
            if (graph.Field != OnnxFields.Initializer)
                continue;
            OnnxTensor tensor = ReadTensor(graph.ReadMessage($"constant {_order.Count}"));
            if (_order.Count == MostTensors)
                throw graph.Wrong($"it has more than {MostTensors} constants");
            if (!_tensors.TryAdd(tensor.Name, tensor))
                throw graph.Wrong($"the constant '{MessageText.Shorten(tensor.Name)}' occurs twice");
            _order.Add(tensor);
        }
    }

    private static OnnxTensor ReadTensor(ProtobufReader tensor)
    {
        List<long> shape = [];
        List<(string Key, string Value)> place = [];
        string? name = null;
        (long Start, long Length)? data = null;
        long type = 0;
        bool isElsewhere = false;
        while (tensor.Next())
        {
            switch (tensor.Field)
            {
                case OnnxFields.TensorSize:
                    tensor.ReadNumbers(shape, MostAxes);
                    break;
                case OnnxFields.TensorType:
                    type = tensor.ReadNumber();
                    break;
                case OnnxFields.TensorName when name is null:
                    name = tensor.ReadText(LongestName);
                    break;
                case OnnxFields.TensorFloats or OnnxFields.TensorBytes when data is null && tensor.Type == WireType.Length:
                    data = (tensor.ContentStart, tensor.ContentLength); // packed floats have the same bytes
                    break;
                case OnnxFields.TensorName or OnnxFields.TensorBytes:
                    throw tensor.Wrong($"field {tensor.Field} occurs twice, or is not what it should be");
                case OnnxFields.TensorPlace when place.Count < MostPlaces:
                    place.Add(ReadEntry(tensor.ReadMessage("place of a constant"), LongestName));
                    break;
                case OnnxFields.TensorIsElsewhere:
                    isElsewhere = tensor.ReadNumber() != 0;
                    break;
            }
        }

        if (shape.Exists(axis => axis < 0))
            throw tensor.Wrong($"the shape of '{MessageText.Shorten(name ?? "")}' is {TensorInfo.Format(shape)}");
        return isElsewhere
            ? Elsewhere(tensor, new OnnxTensor(name ?? "", type, [.. shape], 0, null, ""), place)
            : new OnnxTensor(name ?? "", type, [.. shape], data?.Start ?? 0, data?.Length ?? 0, Location: null);
    }

    private static OnnxTensor Elsewhere(ProtobufReader message, OnnxTensor tensor, List<(string Key, string Value)> place)
    {
        foreach ((string key, string value) in place)
        {
            tensor = key switch
            {
                "location" => tensor with { Location = value },
                "offset" => tensor with { Offset = Number(value) },
                "length" => tensor with { Length = Number(value) },
                _ => tensor,
            };
        }

        return tensor.Location is { Length: > 0 }
            ? tensor
            : throw message.Wrong($"the data of '{MessageText.Shorten(tensor.Name)}' are in another file, but no 'location' names it");

        long Number(string text) =>
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
                ? number
                : throw message.Wrong(
                    $"the place of '{MessageText.Shorten(tensor.Name)}' has the number '{MessageText.Shorten(text)}', "
                        + "not a whole number of 0 or more"
                );
    }

    private static (string Key, string Value) ReadEntry(ProtobufReader entry, int longest)
    {
        (string key, string value) = ("", "");
        while (entry.Next())
        {
            if (entry.Field == OnnxFields.Key)
                key = entry.ReadText(longest);
            else if (entry.Field == OnnxFields.Value)
                value = entry.ReadText(longest);
        }

        return (key, value);
    }
}
