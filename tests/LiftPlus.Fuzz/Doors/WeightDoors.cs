using System.Buffers.Binary;
using LiftPlus.Core.Tests.Weights;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Fuzz.Doors;

/// <summary>Weight files of every kind.</summary>
internal static class WeightDoors
{
    public static readonly string[] HeaderTokens =
    [
        "\"shape\":[",
        "\"dtype\":\"F64\"",
        "\"data_offsets\":[0,0]",
        "{",
        "}",
        "[[",
        ",",
        "1e999",
        "9223372036854775807",
        "\"__metadata__\":{}",
        "\\ud800",
        "null",
        "\"BOOL\"",
        "4611686018427387904,",
    ];

    private static readonly string[] s_pickleTokens =
    [
        "(",
        "}",
        "]",
        ")",
        "t",
        "\u0085",
        "\u0086",
        "u",
        "s",
        "e",
        "a",
        "R",
        "b",
        "Q",
        "q\u0001",
        "h\u0000",
        "0",
        "1",
        "N",
        "\u0094",
        "\u0093",
        "K\u0001",
        "J\u00ff\u00ff\u00ff\u007f",
        "ctorch._utils\n_rebuild_tensor_v2\n",
        "ctorch._utils\n_rebuild_parameter\n",
        "ccollections\nOrderedDict\n",
        "ctorch\nSize\n",
        "cos\nsystem\n",
        "ctorch\nFloatStorage\n",
        "ctorch\nBoolStorage\n",
        "c__torch__\nM\n",
        "X\u0004\u0000\u0000\u0000name",
        "\u008a\u0008",
    ];

    private static readonly string[] s_zipTokens =
    [
        "PK\u0001\u0002",
        "PK\u0003\u0004",
        "PK\u0005\u0006",
        "PK\u0006\u0006",
        "PK\u0006\u0007",
        "archive/data.pkl",
        "archive/data/0",
        "archive/byteorder",
        "\u0001\u0000\u0018\u0000",
        "../",
        "\u00ff\u00ff\u00ff\u00ff",
    ];

    private static readonly (string, float[])[] s_storages = [("0", [1, 2, 3, 4, 5, 6]), ("1", [7])];

    public static IEnumerable<Door> Create(string folder)
    {
        void Read(byte[] input) => ReadAll(DoorTable.Write(folder, "weights", input));
        yield return new Door
        {
            Name = "safetensors",
            Share = 30,
            MakeSeeds = () => [File.ReadAllBytes(SafetensorsFile(folder))],
            Tokens = HeaderTokens,
            Damage = DamageHeader,
            Repair = FixLength,
            Try = Read,
        };
        yield return new Door
        {
            Name = "pickle",
            Share = 30,
            MakeSeeds = () => [Pickle(0), Pickle(1)],
            Tokens = s_pickleTokens,
            Try = pickle => Read(PickleBuilder.Archive(pickle, s_storages)),
        };
        yield return new Door
        {
            Name = "pickle-before-1.6",
            MakeSeeds = () => [Pickle(0), Pickle(1)],
            Tokens = s_pickleTokens,
            Try = pickle => Read(PickleBuilder.Legacy(pickle, true, s_storages)),
        };
        yield return new Door
        {
            Name = "torchscript",
            MakeSeeds = () => [Script(), Pickle(0)],
            Tokens = s_pickleTokens,
            Try = pickle => Read(Archived(pickle)),
        };
        yield return new Door
        {
            Name = "zip",
            MakeSeeds = () => [PickleBuilder.Archive(Pickle(0), s_storages), Archived(Script())],
            Tokens = s_zipTokens,
            Try = Read,
        };
        yield return new Door
        {
            Name = "torch-before-1.6",
            MakeSeeds = () => [PickleBuilder.Legacy(Pickle(0), true, s_storages)],
            Tokens = s_pickleTokens,
            Try = Read,
        };
        yield return new Door
        {
            Name = "shard-index",
            IsJson = true,
            MakeSeeds = () =>
                ["""{"metadata":{"n":1},"weight_map":{"layer.weight":"part","n":"part","mask":"part","empty":"part"}}"""u8.ToArray()],
            Try = index =>
            {
                if (!File.Exists(Path.Combine(folder, "part")))
                    File.Copy(SafetensorsFile(folder), Path.Combine(folder, "part"));
                Read(index);
            },
        };
    }

    /// <summary>Opens a file and reads every tensor.</summary>
    public static void ReadAll(string path)
    {
        using WeightSource source = WeightFile.Open(path);
        foreach (string name in source.Tensors.Keys)
            source.Read(name).Dispose();
    }

    /// <summary>Damages the header of a safetensors file as JSON.</summary>
    public static byte[] DamageHeader(byte[] file, Random random)
    {
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        byte[] header = JsonMutator.Mutate(file[8..(8 + length)], random);
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. file[(8 + length)..]];
    }

    private static string SafetensorsFile(string folder)
    {
        using Tensor a = ones(2, 3),
            b = zeros([], int64),
            c = ones(4, dtype: @bool),
            d = zeros(0, 5, dtype: bfloat16);
        string path = DoorTable.Write(folder, "seed.safetensors", []);
        Safetensors.Write(
            path,
            [new("layer.weight", a), new("n", b), new("mask", c), new("empty", d)],
            new Dictionary<string, string> { ["format"] = "pt" }
        );
        return path;
    }

    // The data begin where they did, counted from the end.
    private static byte[] FixLength(byte[] file)
    {
        int end = file.AsSpan().LastIndexOf("}"u8) + 1;
        byte[] copy = [.. file];
        if (end > 8)
            BinaryPrimitives.WriteInt64LittleEndian(copy, end - 8);
        return copy;
    }

    private static byte[] Pickle(int kind)
    {
        PickleBuilder pickle = PickleBuilder.Start().Op('}', 'q', 0, '(');
        pickle.Text("state_dict").Op('}', 'q', 1, '(');
        pickle.Text("a.weight").Tensor("0", 6, 0, [2, 3], [3, 1]);
        pickle.Text("a.bias").Tensor("0", 6, 1, [2], [2]);
        pickle.Text("b").Tensor("1", 1, 0, [], []);
        if (kind == 1)
            pickle.Text("c").Tensor("0", 6, 0, [3, 2], [1, 3]);
        pickle.Op('u').Text("tied").Op('h', 1).Text("epoch").Op('K', 3).Text("lr").Op('G', 0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a);
        pickle.Text("args").Op(']', 'q', 2, '(', 'K', 1, 'N', 0x88, 'e');
        return pickle.Op('u').Done();
    }

    private static byte[] Script() =>
        PickleBuilder
            .Start()
            .Global("__torch__", "Model")
            .Op(')', 0x81, '}', '(')
            .Text("weight")
            .Tensor("0", 6, 0, [2, 3], [3, 1])
            .Text("training")
            .Op(0x89, 'u', 'b')
            .Done();

    private static byte[] Archived(byte[] script) =>
        PickleBuilder.Archive(
            script,
            System.IO.Compression.CompressionLevel.NoCompression,
            [("constants.pkl", [0x80, 2, (byte)')', (byte)'.'])],
            s_storages
        );
}
