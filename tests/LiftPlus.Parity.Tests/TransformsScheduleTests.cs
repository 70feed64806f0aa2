using System.Text.Json;
using LiftPlus.Data;
using LiftPlus.TestSupport;

namespace LiftPlus.Parity.Tests;

/// <summary>Compares crop boxes, and the random numbers behind them, with golden/schedules.</summary>
public sealed class TransformsScheduleTests
{
    private static readonly JsonElement s_facts = GoldenFolder.Json("schedules", "schedules.json");

    [Fact]
    public void MinimalistCropHasTheReferencesSizes()
    {
        foreach (JsonElement row in s_facts.GetProperty("crop_size").EnumerateArray())
        {
            double scale = row[2].GetDouble();
            PixelBox box = MinimalistCrop.ChooseBox(row[0].GetInt32(), row[1].GetInt32(), scale, scale, new TorchRandom(0));
            int side = Math.Max(1, row[3].GetInt32()); // the reference fails on a single pixel, because it crops nothing out of it
            Assert.True(side == box.Height && Math.Max(1, row[4].GetInt32()) == box.Width, $"{row}: {box}");
        }
    }

    [Fact]
    public void MinimalistCropFallsWhereTheReferencesDoesFromItsSeed()
    {
        foreach (JsonElement row in s_facts.GetProperty("crop_random").EnumerateArray())
        {
            var random = new TorchRandom(unchecked((int)row[4].GetUInt32()));
            PixelBox box = MinimalistCrop.ChooseBox(row[0].GetInt32(), row[1].GetInt32(), row[2].GetDouble(), row[3].GetDouble(), random);
            Assert.True(box == new PixelBox(row[6].GetInt32(), row[5].GetInt32(), row[8].GetInt32(), row[7].GetInt32()), $"{row}: {box}");
        }
    }

    [Fact]
    public void RandomResizedCropFallsWhereTheReferencesDoesFromItsSeed()
    {
        foreach (JsonElement row in s_facts.GetProperty("random_resized_crop").EnumerateArray())
        {
            var context = new TransformContext(new TorchRandom(unchecked((int)row[2].GetUInt32())), 0);
            PixelBox box = new RandomResizedCrop(32).ChooseBox(row[0].GetInt32(), row[1].GetInt32(), context);
            Assert.True(box == new PixelBox(row[4].GetInt32(), row[3].GetInt32(), row[6].GetInt32(), row[5].GetInt32()), $"{row}: {box}");
        }
    }

    [Fact]
    public void MinimumScalesFollowTheSchedule()
    {
        foreach (JsonProperty row in s_facts.GetProperty("mda_min_scale").EnumerateObject())
        {
            string[] key = row.Name.Split('/');
            int epochs = int.Parse(key[0]);
            ScheduleShape shape = Enum.Parse<ScheduleShape>(key[1], ignoreCase: true);
            if (row.Value.ValueKind != JsonValueKind.Array)
                continue; // the reference divides by zero for a single epoch
            for (int epoch = 0; epoch < epochs; epoch++)
                Assert.Equal(row.Value[epoch].GetDouble(), Schedule.MinimumCropScale(shape, Schedule.Progress(epoch, epochs)), 12);
        }
    }

    [Fact]
    public void DrawsTorchsNumbers()
    {
        foreach (JsonProperty row in s_facts.GetProperty("torch_generator_streams").EnumerateObject())
        {
            int seed = unchecked((int)uint.Parse(row.Name));
            AssertStream(row.Value.GetProperty("rand_float32"), new TorchRandom(seed), random => random.NextSingle());
            AssertStream(row.Value.GetProperty("uniform_0.08_1"), new TorchRandom(seed), random => random.NextUniform(0.08f, 1));
            AssertStream(row.Value.GetProperty("randint_0_100"), new TorchRandom(seed), random => random.NextInt(100));
        }
    }

    private static void AssertStream(JsonElement expected, TorchRandom random, Func<TorchRandom, float> draw)
    {
        foreach (JsonElement value in expected.EnumerateArray())
            Assert.Equal(value.GetSingle(), draw(random));
    }
}
