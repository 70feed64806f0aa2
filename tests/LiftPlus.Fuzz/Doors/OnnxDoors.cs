using System.Text;
using LiftPlus.Backbones;
using LiftPlus.Backbones.Loading;
using LiftPlus.Core.Tests.Weights;
using LiftPlus.Onnx;
using LiftPlus.Weights.Onnx;

namespace LiftPlus.Fuzz.Doors;

/// <summary>ONNX files whose backbone is read.</summary>
internal static class OnnxDoors
{
    private static readonly string[] s_tokens =
    [
        "\u003a\u00ff\u00ff\u00ff\u00ff\u000f",
        "\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u0001",
        "\u000b",
        "\u000c",
        "\u002a\u0000",
        "\u0072\u0000",
        "\u0070\u0001",
        "LiftPlus",
        "backbone_config",
        ".T",
        "[0:6]",
        "location",
    ];

    // The messages that are read: the graph, its constants, their places and the notes.
    private static readonly string[] s_messages = ["/7", "/7/5", "/7/5/13", "/7/11", "/7/12", "/7/1", "/7/1/5", "/8", "/14"];

    private static readonly string[] s_settings =
    [
        "\"depth\":2000000000,",
        "\"patch_size\":0,",
        "\"stage1\":99999",
        "\"layer_norm_eps\":1e999,",
        "\"mean\":[]",
        "null",
        "{",
    ];

    public static IEnumerable<Door> Create(string folder)
    {
        string place = Path.Combine(folder, "onnx"),
            path = Path.Combine(place, "model.onnx");
        void Read(byte[] input)
        {
            DoorTable.Write(place, "model.onnx", input);
            try
            {
                WeightDoors.ReadAll(path);
            }
            catch (LiftPlusException) { }

            Backbone.Load(path).Dispose();
        }

        Lazy<byte[]> transformer = new(() => Seed(OnnxFiles.Transformer, place)),
            resNet = new(() => Seed(OnnxFiles.ResNet, place));
        yield return new Door
        {
            Name = "onnx",
            Share = 30,
            MakeSeeds = () =>
                [
                    Seed(OnnxFiles.Transformer, place),
                    Seed(OnnxFiles.Transformer, place, OnnxWeights.Float16),
                    Seed(OnnxFiles.ResNet, place),
                ],
            Tokens = s_tokens,
            Damage = (file, random) => ProtobufMutator.Mutate(file, s_messages.Contains, random),
            Try = Read,
        };
        yield return new Door
        {
            Name = "onnx-external",
            Share = 15,
            MakeSeeds = () => [Seed(OnnxFiles.Transformer, place, OnnxWeights.Float32, isExternal: true)],
            Tokens = s_tokens,
            Damage = (file, random) => ProtobufMutator.Mutate(file, s_messages.Contains, random),
            Try = Read,
        };
        yield return new Door
        {
            Name = "onnx-description",
            Share = 15,
            IsJson = true,
            Tokens = s_settings,
            MakeSeeds = () =>
                [
                    Encoding.UTF8.GetBytes(BackboneJson.Write(OnnxFiles.Transformer)!),
                    Encoding.UTF8.GetBytes(BackboneJson.Write(OnnxFiles.ResNet)!),
                ],
            Try = json => Read(Described(json.AsSpan().IndexOf("patch"u8) >= 0 ? transformer.Value : resNet.Value, json)),
        };
    }

    private static byte[] Seed(BackboneConfig config, string place, OnnxWeights weights = OnnxWeights.Float32, bool isExternal = false)
    {
        string path = Path.Combine(Directory.CreateDirectory(place).FullName, isExternal ? "model.onnx" : "seed.onnx");
        File.Delete(path); // two files are not replaced
        OnnxFiles.Write(config, path, weights, isExternal);
        return File.ReadAllBytes(path);
    }

    // The file with another description.
    private static byte[] Described(byte[] file, byte[] json)
    {
        List<ProtobufField> fields = ProtobufField.Read(file, _ => false);
        byte[] note = new Protobuf().Text(OnnxFields.Key, OnnxNotes.Backbone).Bytes.ToArray();
        fields.Single(field => field.Number == OnnxFields.Metadata).Content =
        [
            .. note,
            .. new Protobuf().Begin(OnnxFields.Value, json.Length).Bytes,
            .. json,
        ];
        return ProtobufField.Write(fields);
    }
}
