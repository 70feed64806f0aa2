using System.Runtime.InteropServices;
using LiftPlus.Native;
using TorchSharp;

namespace LiftPlus.Core.Tests.Native;

public unsafe class InteropTests
{
    [Fact]
    public void FromBlob_SharesTheMemory()
    {
        float[] values = [1, 2, 3, 4, 5, 6];
        fixed (float* data = values)
        {
            using var tensor = Interop.FromBlob((nint)data, [2, 3], torch.ScalarType.Float32);
            values[4] = 50;
            Assert.Equal([2L, 3L], tensor.shape);
            Assert.Equal([1f, 2, 3, 4, 50, 6], tensor.data<float>().ToArray());
        }
    }

    [Theory]
    [InlineData(torch.ScalarType.Float16)]
    [InlineData(torch.ScalarType.BFloat16)]
    [InlineData(torch.ScalarType.Int64)]
    [InlineData(torch.ScalarType.Byte)]
    public void FromBlob_KeepsTheElementType_AtAnyAlignment(torch.ScalarType type)
    {
        byte[] bytes = new byte[33];
        bytes.AsSpan(1).Fill(1);
        fixed (byte* data = bytes)
        {
            using var tensor = Interop.FromBlob((nint)(data + 1), [4], type);
            Assert.Equal(type, tensor.dtype);
            Assert.All(tensor.bytes.ToArray(), value => Assert.Equal(1, value));
        }
    }

    [Fact]
    public void FromBlob_DoesNotFreeTheMemory()
    {
        nint data = Marshal.AllocHGlobal(sizeof(long));
        try
        {
            for (int i = 0; i < 100; i++)
            {
                using var tensor = Interop.FromBlob(data, [1], torch.ScalarType.Int64);
            }
            *(long*)data = 7;
            using var scalar = Interop.FromBlob(data, [], torch.ScalarType.Int64);
            Assert.Equal(0, scalar.dim());
            Assert.Equal(7, scalar.item<long>());
        }
        finally
        {
            Marshal.FreeHGlobal(data);
        }
    }

    [Fact]
    public void FromBlob_WithoutElements_NeedsNoMemory()
    {
        using var tensor = Interop.FromBlob(0, [0, 5], torch.ScalarType.Float32);
        Assert.Equal([0L, 5L], tensor.shape);
    }

    [Fact]
    public void FromBlob_BadShapes_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => Interop.FromBlob(1, [2, -1], torch.ScalarType.Byte));
        Assert.Throws<ArgumentException>(() => Interop.FromBlob(1, [long.MaxValue, 2], torch.ScalarType.Byte));
        Assert.Throws<ArgumentException>(() => Interop.FromBlob(0, [1], torch.ScalarType.Byte));
    }
}
