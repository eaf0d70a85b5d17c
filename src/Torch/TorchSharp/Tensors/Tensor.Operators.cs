namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);

        public static Tensor operator +(Tensor left, Scalar right) => left.add(right);

        public static Tensor operator +(Scalar left, Tensor right) => right.add(left);

        public static Tensor operator +(Tensor left, int right) => Ops.Add_Scalar.Tensor(left, (long)right);

        public static Tensor operator +(Tensor left, long right) => Ops.Add_Scalar.Tensor(left, right);

        public static Tensor operator +(Tensor left, float right) => Ops.Add_Scalar.Tensor(left, (double)right);

        public static Tensor operator +(Tensor left, double right) => Ops.Add_Scalar.Tensor(left, right);

        public static Tensor operator +(int left, Tensor right) => right.add(left);

        public static Tensor operator +(long left, Tensor right) => right.add(left);

        public static Tensor operator +(float left, Tensor right) => right.add(left);

        public static Tensor operator +(double left, Tensor right) => right.add(left);

        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);

        public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);

        public static Tensor operator -(Scalar left, Tensor right) => Ops.Rsub_Scalar.Tensor(right, (Arg)left);

        public static Tensor operator -(Tensor left, int right) => Ops.Sub_Scalar.Tensor(left, (long)right);

        public static Tensor operator -(Tensor left, long right) => Ops.Sub_Scalar.Tensor(left, right);

        public static Tensor operator -(Tensor left, float right) => Ops.Sub_Scalar.Tensor(left, (double)right);

        public static Tensor operator -(Tensor left, double right) => Ops.Sub_Scalar.Tensor(left, right);

        public static Tensor operator -(int left, Tensor right) => Ops.Rsub_Scalar.Tensor(right, (Arg)left);

        public static Tensor operator -(long left, Tensor right) => Ops.Rsub_Scalar.Tensor(right, (Arg)left);

        public static Tensor operator -(float left, Tensor right) => Ops.Rsub_Scalar.Tensor(right, (Arg)left);

        public static Tensor operator -(double left, Tensor right) => Ops.Rsub_Scalar.Tensor(right, (Arg)left);

        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);

        public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);

        public static Tensor operator *(Scalar left, Tensor right) => right.mul(left);

        public static Tensor operator *(Tensor left, int right) => Ops.Mul_Scalar.Tensor(left, (long)right);

        public static Tensor operator *(Tensor left, long right) => Ops.Mul_Scalar.Tensor(left, right);

        public static Tensor operator *(Tensor left, float right) => Ops.Mul_Scalar.Tensor(left, (double)right);

        public static Tensor operator *(Tensor left, double right) => Ops.Mul_Scalar.Tensor(left, right);

        public static Tensor operator *(int left, Tensor right) => right.mul(left);

        public static Tensor operator *(long left, Tensor right) => right.mul(left);

        public static Tensor operator *(float left, Tensor right) => right.mul(left);

        public static Tensor operator *(double left, Tensor right) => right.mul(left);

        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);

        public static Tensor operator /(Tensor left, Scalar right) => left.div(right);

        public static Tensor operator /(Scalar left, Tensor right) => Divided(left, right);

        public static Tensor operator /(Tensor left, int right) => Ops.Div_Scalar.Tensor(left, (long)right);

        public static Tensor operator /(Tensor left, long right) => Ops.Div_Scalar.Tensor(left, right);

        public static Tensor operator /(Tensor left, float right) => Ops.Div_Scalar.Tensor(left, (double)right);

        public static Tensor operator /(Tensor left, double right) => Ops.Div_Scalar.Tensor(left, right);

        public static Tensor operator /(int left, Tensor right) => Divided(left, right);

        public static Tensor operator /(long left, Tensor right) => Divided(left, right);

        public static Tensor operator /(float left, Tensor right) => Divided(left, right);

        public static Tensor operator /(double left, Tensor right) => Divided(left, right);

        public static Tensor operator %(Tensor left, Tensor right) => left.remainder(right);

        public static Tensor operator %(Tensor left, Scalar right) => left.remainder(right);

        public static Tensor operator %(Tensor left, int right) => Ops.Remainder_Scalar.Tensor(left, (long)right);

        public static Tensor operator %(Tensor left, long right) => Ops.Remainder_Scalar.Tensor(left, right);

        public static Tensor operator %(Tensor left, float right) => Ops.Remainder_Scalar.Tensor(left, (double)right);

        public static Tensor operator %(Tensor left, double right) => Ops.Remainder_Scalar.Tensor(left, right);

        public static Tensor operator &(Tensor left, Tensor right) => left.bitwise_and(right);

        public static Tensor operator |(Tensor left, Tensor right) => left.bitwise_or(right);

        public static Tensor operator ^(Tensor left, Tensor right) => left.bitwise_xor(right);

        public static Tensor operator ~(Tensor left) => left.bitwise_not();

        public static Tensor operator -(Tensor tensor) => tensor.neg();

        public static Tensor operator ==(Tensor left, Tensor right) => left.eq(right);

        public static Tensor operator ==(Tensor left, Scalar right) => left.eq(right);

        public static Tensor operator ==(Scalar left, Tensor right) => right.eq(left);

        public static Tensor operator !=(Tensor left, Tensor right) => left.ne(right);

        public static Tensor operator !=(Tensor left, Scalar right) => left.ne(right);

        public static Tensor operator !=(Scalar left, Tensor right) => right.ne(left);

        public static Tensor operator <(Tensor left, Tensor right) => left.lt(right);

        public static Tensor operator <(Tensor left, Scalar right) => left.lt(right);

        public static Tensor operator <(Scalar left, Tensor right) => right.gt(left);

        public static Tensor operator <=(Tensor left, Tensor right) => left.le(right);

        public static Tensor operator <=(Tensor left, Scalar right) => left.le(right);

        public static Tensor operator <=(Scalar left, Tensor right) => right.ge(left);

        public static Tensor operator >(Tensor left, Tensor right) => left.gt(right);

        public static Tensor operator >(Tensor left, Scalar right) => left.gt(right);

        public static Tensor operator >(Scalar left, Tensor right) => right.lt(left);

        public static Tensor operator >=(Tensor left, Tensor right) => left.ge(right);

        public static Tensor operator >=(Tensor left, Scalar right) => left.ge(right);

        public static Tensor operator >=(Scalar left, Tensor right) => right.le(left);

        public static implicit operator Tensor(byte value) => tensor(value);

        public static implicit operator Tensor(sbyte value) => tensor(value);

        public static implicit operator Tensor(short value) => tensor(value);

        public static implicit operator Tensor(int value) => tensor(value);

        public static implicit operator Tensor(long value) => tensor(value);

        public static implicit operator Tensor(float value) => tensor(value);

        public static implicit operator Tensor(double value) => tensor(value);

        public static implicit operator Tensor(bool value) => tensor(value);

        public static implicit operator Tensor(byte[] value) => tensor(value);

        public static implicit operator Tensor(sbyte[] value) => tensor(value);

        public static implicit operator Tensor(short[] value) => tensor(value);

        public static implicit operator Tensor(int[] value) => tensor(value);

        public static implicit operator Tensor(long[] value) => tensor(value);

        public static implicit operator Tensor(float[] value) => tensor(value);

        public static implicit operator Tensor(double[] value) => tensor(value);

        public static implicit operator Tensor(bool[] value) => tensor(value);

        public static implicit operator Tensor(Scalar scalar) => Ops.ScalarTensor.Tensor(scalar, scalar.Type);

        public static explicit operator float(Tensor value) => value.ToScalar().ToSingle();

        public static explicit operator double(Tensor value) => value.ToScalar().ToDouble();

        public static explicit operator sbyte(Tensor value) => value.ToScalar().ToSByte();

        public static explicit operator byte(Tensor value) => value.ToScalar().ToByte();

        public static explicit operator short(Tensor value) => value.ToScalar().ToInt16();

        public static explicit operator int(Tensor value) => value.ToScalar().ToInt32();

        public static explicit operator long(Tensor value) => value.ToScalar().ToInt64();

        public static explicit operator bool(Tensor value) => value.ToScalar().ToBoolean();

        private static Tensor Divided(Scalar left, Tensor right)
        {
            using var reciprocal = right.reciprocal();
            return reciprocal.mul(left);
        }
    }
}
