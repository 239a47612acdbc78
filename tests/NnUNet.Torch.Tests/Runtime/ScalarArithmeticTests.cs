using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using NnUNet.Testing;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Runtime;

/// <summary>Numbers in the arithmetic of tensors: the same as TorchSharp's operators compute, and never freed too early.</summary>
public sealed class ScalarArithmeticTests : LeakCheckedTest
{
    private const int Sums = 40;

    [Fact]
    public void ASumWhileGarbageIsCollected_KeepsItsFactor()
    {
        // Given a float and an integer tensor: their sum converts the integers before it reads its factor. With TorchSharp's
        // operator every ninth of these sums fails here.
        using DisposeScope scope = NewDisposeScope();
        (Tensor floats, Tensor integers) = (ones(1_000_000), ones(1_000_000, dtype: ScalarType.Int32));

        // When garbage is collected all the time
        List<float> sums;
        using (new ConstantCollection()) sums = [.. Enumerable.Range(0, Sums).Select(_ => First(floats.Plus(integers)))];

        // Then all sums are there and right
        Assert.Equal(Enumerable.Repeat(2f, Sums), sums);
    }

    [Fact]
    public void ASumInPlaceWhileGarbageIsCollected_KeepsItsFactor()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor floats, Tensor integers) = (ones(1_000_000), ones(1_000_000, dtype: ScalarType.Int32));

        List<float> sums;
        using (new ConstantCollection()) sums = [.. Enumerable.Range(0, Sums).Select(_ => First(floats.clone().PlusInPlace(integers, 0.5)))];

        Assert.Equal(Enumerable.Repeat(1.5f, Sums), sums);
    }

    [Fact]
    public void EachFunction_ComputesWhatTheOperatorDoes()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor a, Tensor b, Tensor c) = (randn(1000), randn(1000), randn(1000));

        Assert.Equal(Values(a + b), Values(a.Plus(b)));
        Assert.Equal(Values(a + 0.1), Values(a.Plus(0.1)));
        Assert.Equal(Values(1 - a), Values(a.neg().Plus(1)));
        Assert.Equal(Values(a * 0.1), Values(a.Times(0.1)));
        Assert.Equal(Values(a / 3f), Values(a.DividedBy(3)));
        Assert.Equal(Values(a.square()), Values(a.Squared()));
        Assert.Equal(Values(a.clone().add_(b)), Values(a.clone().PlusInPlace(b)));
        Assert.Equal(Values(a.clone().add_(b, alpha: 0.1)), Values(a.clone().PlusInPlace(b, 0.1)));
        Assert.Equal(Values(a.clone().add_(0.1)), Values(a.clone().PlusInPlace(0.1)));
        Assert.Equal(Values(a.clone().mul_(0.1)), Values(a.clone().TimesInPlace(0.1)));
        Assert.Equal(Values(a.clone().div_(0.3)), Values(a.clone().DividedByInPlace(0.3)));
        Assert.Equal(Values(a.clone().addcmul_(b, c, 0.1)), Values(a.clone().PlusProductInPlace(b, c, 0.1)));
        Assert.Equal(Values(a.clone().addcdiv_(b, c, 0.1)), Values(a.clone().PlusQuotientInPlace(b, c, 0.1)));
        Assert.Equal(Values(a.clone().leaky_relu_(0.01)), Values(a.clone().LeakyReluInPlace(0.01)));
    }

    [Fact]
    public void Integers_AreComparedAndCountedAsIntegers()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor labels = tensor([0L, 2L, 1L, 2L]);

        Assert.Equal([false, true, false, true], labels.EqualTo(2).data<bool>().ToArray());
        Assert.Equal([1L, 3L, 2L, 3L], labels.CountInPlace().data<long>().ToArray());
    }

    [Fact]
    public void TheProduct_UsesNoOperatorThatMakesAScalar()
    {
        // Given all operators of tensors that the product calls. The list of banned symbols finds all but "a += b" and its like.
        IEnumerable<MethodBase> called = OperatorsOfTensors(typeof(ScalarArithmetic).Module);

        // When those are taken that make a scalar within
        IEnumerable<MethodBase> making = called.Where(static m => m.Name == "op_Addition" || m.GetParameters().Any(static p => p.ParameterType.IsPrimitive));

        // Then there are none
        Assert.NotEmpty(called);
        Assert.Empty(making);
    }

    /// <summary>The operators that a module's table of other assemblies' members names.</summary>
    private static List<MethodBase> OperatorsOfTensors(Module module)
    {
        using FileStream file = File.OpenRead(module.FullyQualifiedName);
        using PEReader reader = new(file);
        MetadataReader metadata = reader.GetMetadataReader();
        return
        [
            .. from handle in metadata.MemberReferences
               let member = metadata.GetMemberReference(handle)
               where member.Parent.Kind == HandleKind.TypeReference && metadata.GetString(member.Name).StartsWith("op_", StringComparison.Ordinal)
               let method = module.ResolveMethod(MetadataTokens.GetToken(handle))
               where method.DeclaringType == typeof(Tensor)
               select method,
        ];
    }

    private static float[] Values(Tensor tensor) => tensor.data<float>().ToArray();

    private static float First(Tensor tensor)
    {
        using (tensor) return tensor[0].item<float>();
    }

    /// <summary>Collects garbage and runs finalizers on a thread of its own until it is disposed.</summary>
    private sealed class ConstantCollection : IDisposable
    {
        private readonly Thread _thread;
        private volatile bool _stop;

        public ConstantCollection()
        {
            _thread = new Thread(Collect) { IsBackground = true };
            _thread.Start();
        }

        public void Dispose()
        {
            _stop = true;
            Assert.True(_thread.Join(ChildProgram.Patience), "the collecting thread does not end");
        }

        private void Collect()
        {
            while (!_stop)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        }
    }
}
