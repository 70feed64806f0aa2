using System.Security.Cryptography;
using LiftPlus.Backbones;
using LiftPlus.Decisions;
using LiftPlus.Models;
using LiftPlus.Tests;

namespace LiftPlus.Fuzz.Doors;

/// <summary>The policy of a model folder, with the hashes of the damaged files: damage that an attacker, not a disk, has done.</summary>
internal static class DecisionDoors
{
    private static readonly string[] s_tokens =
    [
        "\"trainingImages\":[],",
        "\"temperature\":0,",
        "\"temperature\":1e999,",
        "\"neighbors\":2147483647,",
        "\"unknownMeasure\":\"RelativeMahalanobis\",",
        "\"unknownThreshold\":null,",
        "\"setScore\":\"Interpolated\",",
        "\"prior\":[1,0,0],",
        "\"mix\":{},",
        "\"mix\":null,",
        "null",
        "\\ud800",
    ];

    public static IEnumerable<Door> Create(string folder)
    {
        foreach (UnknownMeasure measure in Enum.GetValues<UnknownMeasure>().Where(measure => measure != UnknownMeasure.MaximumSoftmax))
        {
            yield return FileOf(folder, measure, PolicyFiles.JsonName);
            yield return FileOf(folder, measure, PolicyFiles.TensorName);
        }
    }

    private static Door FileOf(string parent, UnknownMeasure measure, string changed)
    {
        string place = Path.Combine(parent, $"{measure}-{changed}");
        bool isJson = changed == PolicyFiles.JsonName;
        int width = ((VisionTransformerConfig)TestWorld.Config.Image).Width;
        return new Door
        {
            Name = $"{measure}-{changed}",
            Share = 5,
            IsJson = isJson,
            Damage = isJson ? null : WeightDoors.DamageHeader,
            Tokens = isJson ? s_tokens : WeightDoors.HeaderTokens,
            MakeSeeds = () =>
            {
                if (!Directory.Exists(place))
                    WriteModel(place, measure);
                return [File.ReadAllBytes(Path.Combine(place, changed))];
            },
            Try = input =>
            {
                DoorTable.Write(place, changed, input);
                PredictionPolicy policy = PolicyFiles.Read(place, Hashes(place), TestWorld.Names, width);
                policy.Decide([3, 1, -1], new float[width]);
            },
        };
    }

    private static Dictionary<string, SavedFile> Hashes(string place) =>
        new[] { PolicyFiles.JsonName, PolicyFiles.TensorName }.ToDictionary(name => name, name => Record(Path.Combine(place, name)));

    private static SavedFile Record(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        return new SavedFile(bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    private static void WriteModel(string place, UnknownMeasure measure)
    {
        ImageDataset train = TestWorld.Dataset(24, 12, 6);
        using FineTunedModel model = TestWorld.Builder().UseEpochs(1).Build().Fit(train);
        model.FitPolicy(TestWorld.Dataset(20, 20, 20), train, new PredictionPolicyOptions { UnknownMeasure = measure });
        model.Save(place);
    }
}
