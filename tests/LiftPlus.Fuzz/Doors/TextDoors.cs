using System.Text;
using LiftPlus.Data;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LiftPlus.Fuzz.Doors;

/// <summary>Lists, tables, names and recipes.</summary>
internal static class TextDoors
{
    private static readonly string[] s_tokens =
    [
        "\n",
        "\r",
        "\r\n",
        ",",
        "\"",
        "\"\"",
        "\t",
        " ",
        "-1",
        "999999",
        "2147483648",
        "\u0000",
        "\u00ff",
        "\u00ef\u00bb\u00bf",
        "\u00c3\u00a4",
        "_",
        "../",
        "/dev/zero",
        "C:\\x.jpg",
        "{",
        "[",
        "\\ud800",
    ];

    public static IEnumerable<Door> Create(string folder)
    {
        yield return Text(
            folder,
            "list",
            path => ImageDataset.FromList(path),
            "a/1.jpg 0\na/2.jpg 0\nb/3.jpg 1\n",
            "x.png cat\ny.png dog\n"
        );
        yield return Text(
            folder,
            "csv",
            path => ImageDataset.FromCsv(path, "path", "label"),
            "path,label,note\na.jpg,cat,\"x, y\"\nb.jpg,\"dog\"\"s\",z\n",
            "label,path\n0,a.jpg\n1,b.jpg\n"
        );
        yield return Text(
            folder,
            "class-names",
            path => ImageDataset.ReadClassNames(path),
            "cat\ndog\nred fox\n",
            "[\"cat\",\"dog\"]",
            "{\"0\":\"cat\",\"1\":[\"n02\",\"dog\"]}"
        );
        yield return Text(
            folder,
            "class-map",
            path => ImageDataset.ReadClassNameMap(path),
            "n01440764 tench\nn01443537 goldfish\n",
            "{\"n01440764\":\"tench\",\"n2\":[\"a\",\"b\"]}",
            "a,b\nc,d\n"
        );
        string lists = Path.Combine(folder, "lists");
        yield return new Door
        {
            Name = "taxonomy",
            IsJson = true,
            MakeSeeds = () =>
            {
                Directory.CreateDirectory(Path.Combine(lists, "train_val2018"));
                File.WriteAllText(Path.Combine(lists, "train.txt"), "train_val2018/a/0/1.jpg 0\ntrain_val2018/a/1/2.jpg 1\n");
                return ["""[{"id":0,"name":"Canis lupus","genus":"Canis"},{"id":1,"name":"Vulpes","genus":"Vulpes"}]"""u8.ToArray()];
            },
            Tokens = s_tokens,
            Try = input =>
            {
                DoorTable.Write(lists, "categories.json", input);
                ImageDataset.FromINaturalist2018(lists, DatasetSplit.Train, TaxonomicLevel.Genus);
            },
        };
        yield return new Door
        {
            Name = "recipe",
            Share = 3,
            IsJson = true,
            MakeSeeds = () =>
                [
                    Encoding.UTF8.GetBytes(RecipeJson.Write(new FineTuningRecipe())),
                    """{"Preset":"Lift","Peft":[{"Type":"lora","Rank":8,"Layers":"last 4"}],"Augmentation":{"Kind":"None"}}"""u8.ToArray(),
                ],
            Tokens =
            [
                "\"Preset\":\"Lift\",",
                "\"Type\":\"coop\",",
                "\"Validate\":true,",
                "\"Layers\":[0,1],",
                "null",
                "\\ud800",
                "//",
                ",",
            ],
            Try = input => LongTailFineTuner.CreateBuilder().UseRecipe(RecipeJson.Read(Latin(input))).UseBackbone("x").Build(),
        };
        yield return new Door
        {
            Name = "configuration",
            Share = 1,
            MakeSeeds = () => ["Training:Epochs=3\nPeft:0:Type=lora\nPeft:0:Rank=4\nDevice=cpu\nBackbone=x\nPreset=Lift\n"u8.ToArray()],
            Tokens = ["Training:", ":0:", "=", "\n", "Type=coop\n", "2147483647", "NaN", "Training:Optimizer:Type=adamw\n"],
            Try = Configure,
            IsExpected = exception => exception is OptionsValidationException,
        };
    }

    private static Door Text(string folder, string name, Action<string> read, params string[] seeds) =>
        new()
        {
            Name = name,
            MakeSeeds = () => [.. seeds.Select(Encoding.UTF8.GetBytes)],
            Tokens = s_tokens,
            Damage = (input, random) =>
                input is [(byte)'{' or (byte)'[', ..] ? JsonMutator.Mutate(input, random) : Mutator.Mutate([input], s_tokens, random),
            Try = input => read(DoorTable.Write(folder, name, input)),
        };

    // Texts of any two bytes, half surrogate pairs among them.
    private static string Latin(byte[] input) =>
        input.Length % 16 == 0
            ? new string([.. input.Select((value, i) => i == 3 ? '\ud800' : (char)value)])
            : Encoding.UTF8.GetString(input);

    private static void Configure(byte[] input)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in Encoding.UTF8.GetString(input).Split('\n', 200))
        {
            if (line.Split('=', 2) is [{ Length: > 0 } key, string value])
                values[$"F:{key}"] = value;
        }

        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        using ServiceProvider services = new ServiceCollection().AddLongTailFineTuner(configuration.GetSection("F")).BuildServiceProvider();
        services.GetRequiredService<LongTailFineTuner>();
    }
}
