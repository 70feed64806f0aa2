using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiftPlus.Models;
using LiftPlus.Runs;
using LiftPlus.Tests;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Fuzz.Doors;

/// <summary>Model folders, checkpoints of runs, and adapters of other programs.</summary>
internal static class ModelDoors
{
    public static IEnumerable<Door> Create(string folder)
    {
        yield return FileOf(folder, "recipe.json", isJson: true, WriteModel, Load);
        yield return FileOf(folder, "adapter.safetensors", isJson: false, WriteModel, Load);
        yield return FileOf(folder, "adapter_config.json", isJson: true, WritePeft, LoadPeft);
        yield return FileOf(folder, "adapter_model.safetensors", isJson: false, WritePeft, LoadPeft);
        yield return new Door
        {
            Name = "checkpoint",
            Share = 3,
            IsJson = true,
            MakeSeeds = () => [CheckpointHeader(folder)],
            Tokens = ["\"Step\":", "\"Train\":null,", "\"Counts\":[1],", "\\ud800"],
            Try = header =>
            {
                using TrainingCheckpoint checkpoint = TrainingCheckpoint.Open(Seal(Path.Combine(folder, "checkpoint"), header));
                _ = checkpoint.Run.Differences(checkpoint.Run).ToArray();
            },
        };
    }

    // A separate folder for each file that is damaged, so that the others in it are sound.
    private static Door FileOf(string parent, string changed, bool isJson, Action<string> write, Action<string> load)
    {
        string folder = Path.Combine(parent, $"with-{changed}");
        return new Door
        {
            Name = changed,
            Share = 1,
            IsJson = isJson,
            Damage = isJson ? null : WeightDoors.DamageHeader,
            Tokens = isJson ? ["\"Rank\":3000000,", "\"r\":1,", "\"Type\":\"lora\",", "null", "\\ud800"] : WeightDoors.HeaderTokens,
            MakeSeeds = () =>
            {
                if (!Directory.Exists(folder))
                    write(folder);
                return [File.ReadAllBytes(Path.Combine(folder, changed))];
            },
            Try = input =>
            {
                DoorTable.Write(folder, changed, input);
                load(folder);
            },
        };
    }

    private static void WriteModel(string folder)
    {
        using FineTunedModel model = TestWorld
            .Builder()
            .UseEpochs(1)
            .AddPeft(new LoraOptions { Rank = 2 })
            .Build()
            .Fit(TestWorld.Dataset(3, 2, 2));
        model.Save(folder);
    }

    private static void Load(string folder) =>
        FineTunedModel.Load(folder, new ModelLoadOptions { CreateBackbone = TestWorld.CreateBackbone, Device = "cpu" }).Dispose();

    private static void WritePeft(string folder)
    {
        using FineTunedModel model = TestWorld
            .Builder()
            .UseEpochs(1)
            .AddPeft(new LoraOptions { Rank = 2 })
            .Build()
            .Fit(TestWorld.Dataset(3, 2, 2));
        HuggingFacePeft.Save(model.Backbone, folder);
    }

    private static void LoadPeft(string folder)
    {
        using Backbone backbone = TestWorld.CreateBackbone();
        HuggingFacePeft.Load(folder, backbone);
    }

    private static byte[] CheckpointHeader(string folder)
    {
        string run = Path.Combine(folder, "run");
        if (!Directory.Exists(run))
        {
            using FineTunedModel model = TestWorld
                .Builder()
                .UseEpochs(1)
                .UseCheckpoints(run, new CheckpointOptions { EverySteps = 1 })
                .Build()
                .Fit(TestWorld.Dataset(3, 2, 2));
        }

        using Safetensors file = Safetensors.Open(Directory.GetFiles(run, "checkpoint-*.safetensors")[0]);
        return Encoding.UTF8.GetBytes(file.Metadata["liftplus"]);
    }

    // A header without tensors, with its hash: damage that an attacker, not a disk, has done.
    private static string Seal(string path, byte[] header)
    {
        string text = Encoding.UTF8.GetString(header);
        Safetensors.Write(
            path,
            [],
            new Dictionary<string, string>
            {
                ["liftplus"] = text,
                ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            }
        );
        return path;
    }
}
