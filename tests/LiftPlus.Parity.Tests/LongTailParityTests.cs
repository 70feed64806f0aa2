using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiftPlus.Data;
using LiftPlus.TestSupport;

namespace LiftPlus.Parity.Tests;

/// <summary>Compares the published long-tailed subsets, and the NumPy generator behind them, with golden/longtail.</summary>
public sealed partial class LongTailParityTests
{
    private static readonly JsonElement s_golden = GoldenFolder.Json("longtail", "longtail.json");

    public static TheoryData<string> Ratios =>
        [.. s_golden.EnumerateObject().Select(entry => entry.Name).Where(name => name.StartsWith("IR", StringComparison.Ordinal))];

    public static TheoryData<string> Seeds => [.. s_golden.GetProperty("numpy_legacy").EnumerateObject().Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Ratios))]
    public void SubsetIsThePublishedOne(string name)
    {
        JsonElement golden = s_golden.GetProperty(name);
        ImageDataset all = Targets();
        var profile = new LongTailProfile(1 / golden.GetProperty("imb_factor").GetDouble());

        ImageDataset subset = profile.Apply(all);

        Assert.Equal(Integers(golden.GetProperty("counts")), subset.Classes.Counts.Select(count => (long)count));
        Assert.Equal(golden.GetProperty("total").GetInt32(), subset.Count);
        long[] indices = [.. subset.Select(image => long.Parse(image.Name, CultureInfo.InvariantCulture))];
        long[] first = Integers(golden.GetProperty("first_indices"));
        long[] last = Integers(golden.GetProperty("last_indices"));
        Assert.Equal(first, indices.Take(first.Length));
        Assert.Equal(last, indices.TakeLast(last.Length));
        Assert.Equal(golden.GetProperty("sha256_int64_le").GetString(), Hash(indices));
        if (golden.TryGetProperty("selected_by_class", out JsonElement byClass))
            Assert.Equal(byClass.EnumerateArray().SelectMany(Integers), indices);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void GeneratorIsNumpys(string seed)
    {
        JsonElement golden = s_golden.GetProperty("numpy_legacy").GetProperty(seed);
        int start = unchecked((int)uint.Parse(seed, CultureInfo.InvariantCulture));

        var words = new TorchRandom(start);
        Assert.All(Integers(golden.GetProperty("raw_uint32_first20")), word => Assert.Equal(word, words.NextWord()));
        var numbers = new TorchRandom(start);
        Assert.All(Integers(golden.GetProperty("randint_0_100_first20")), number => Assert.Equal(number, NumpyDraws.UpTo(numbers, 99)));

        var random = new TorchRandom(start);
        Assert.Equal(Integers(golden.GetProperty("shuffle_arange10")), Shuffled(10, random));
        Assert.All(Integers(golden.GetProperty("raw_after_shuffle_arange10")), word => Assert.Equal(word, random.NextWord()));
        long[] many = Shuffled(500, new TorchRandom(start));
        long[] last = Integers(golden.GetProperty("shuffle_arange500_last5"));
        Assert.Equal(Integers(golden.GetProperty("shuffle_arange500_first10")), many.Take(10));
        Assert.Equal(last, many.TakeLast(last.Length));
    }

    // The label list follows a rule; its hash shows whether the rule is right.
    private static ImageDataset Targets()
    {
        JsonElement golden = s_golden.GetProperty("targets");
        Match rule = Rule().Match(golden.GetProperty("rule").GetString()!);
        Assert.True(rule.Success, "The golden set's targets follow another rule than this test knows.");
        int[] numbers = [.. rule.Groups.Cast<Group>().Skip(1).Select(group => int.Parse(group.Value, CultureInfo.InvariantCulture))];
        long[] labels = [.. Enumerable.Range(0, numbers[1]).SelectMany(label => Enumerable.Repeat((long)label, numbers[2]))];
        NumpyDraws.Shuffle<long>(labels, new TorchRandom(numbers[0]));
        Assert.Equal(golden.GetProperty("sha256_int64_le").GetString(), Hash(labels));
        return new ImageDataset(
            labels.Select((label, i) => new LabeledImage(i.ToString(CultureInfo.InvariantCulture), (int)label)),
            [.. Enumerable.Range(0, numbers[1]).Select(label => $"{label}")]
        );
    }

    private static long[] Shuffled(int count, RandomSource random)
    {
        long[] items = [.. Enumerable.Range(0, count)];
        NumpyDraws.Shuffle<long>(items, random);
        return items;
    }

    private static string Hash(long[] values) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan())));

    private static long[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetInt64())];

    [GeneratedRegex(@"^numpy\.random\.RandomState\((\d+)\)\.permutation\(numpy\.repeat\(numpy\.arange\((\d+)\), (\d+)\)\)$")]
    private static partial Regex Rule();
}
